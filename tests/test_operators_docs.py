"""docs/operate.md and docs/security.md: their commands run, their figures are those of the benchmarks."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalogue.trust import read_hashes
from app.middleware.api_keys import parse_key
from model.checkpoint import find_checkpoints, read_card
from model.recogniser.card import read_recogniser_card
from tests.commands import run_module
from tests.test_readme import examples

ROOT = Path(__file__).parents[1]
OPERATE, SECURITY, BENCHMARKS = (
    (ROOT / "docs" / name).read_text() for name in ("operate.md", "security.md", "benchmarks.md")
)
POINTS = 60  # of a penguin, about


def _run(command: str, **variables: str) -> str:
    command = command.replace(".venv/bin/python", sys.executable).replace("python3", sys.executable)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INKSTREAM_")} | variables
    run = subprocess.run(
        ["bash", "-c", command], check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_doctor_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one command of the page finds nothing that keeps the committed checkpoints from being drawn."""
    [words] = [example.words for example in examples(OPERATE)]
    assert words[:2] == [".venv/bin/python", "-m"]
    for name in [name for name in os.environ if name.startswith("INKSTREAM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "0")
    try:
        assert "fault" not in run_module(words[2:], ROOT)
    finally:
        logging.disable(logging.NOTSET)


def test_hashes_and_keys_are_made_as_shown(tmp_path: Path) -> None:
    """The list of hashes is one that the service reads, of the committed models; the key is one that it takes."""
    hashes, key = (example.command for example in examples(SECURITY))
    file = tmp_path / "trusted.sha256"
    _run(hashes.replace("trusted.sha256", str(file)))
    networks = {read_card(folder).sha256 for folder in find_checkpoints(ROOT / "checkpoints")}
    assert read_hashes(file) == {*networks, read_recogniser_card(ROOT / "checkpoints/recogniser").sha256}
    assert parse_key(f"ann:{_run(key).strip()}").name == "ann"


def test_capacity_is_as_measured() -> None:
    """Points per second are those of docs/benchmarks.md, and penguins follow from them."""
    rows = re.findall(r"^\| (\d+) \| ([\d,]+) \| (\d+) \|$", OPERATE, re.M)
    decoding = BENCHMARKS.split("## decoding")[1].split("\n## ")[0]
    measured = dict(re.findall(r"^\| (\d+) \| ([\d,]+) \| [\d,]+ \| [\d,]+ \|", decoding, re.M))
    assert {batch: points for batch, points, _ in rows} == measured
    assert all(int(penguins) == round(int(points.replace(",", "")) / POINTS) for _, points, penguins in rows)
    [card] = re.findall(r"An H200 makes ([\d,]+), ([\d,]+) and ([\d,]+) points a second of 1, 64 and 512", OPERATE)
    on_a_card = dict(re.findall(r"^\| (\d+) \| ([\d,]+) \| \d\.\d \|", BENCHMARKS, re.M))
    assert card == tuple(on_a_card[batch] for batch in ("1", "64", "512"))


def test_every_variable_of_the_stack_is_explained() -> None:
    """Each that docker-compose.yml takes from its environment is in the table, with its default, and no other."""
    files = "".join((ROOT / name).read_text() for name in ("docker-compose.yml", "docker-compose.override.yml"))
    table = set(re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\| (`[A-Z_]+`[^|]*)\|", OPERATE, re.M))))
    assert table == set(re.findall(r"\$\{(\w+)", files))
