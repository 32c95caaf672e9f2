"""docs/your-own.md does what it says: its commands, in order, with a single step of training."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from tests.app.real import real
from tests.commands import run_module
from tests.test_readme import ROOT, Example, examples, is_shown

EXAMPLES = examples((ROOT / "docs/your-own.md").read_text())
EPOCHS = re.compile(r"--epochs \d+")


@pytest.mark.slow
def test_the_page_runs_as_written(tmp_path: Path) -> None:
    """Drawings, inspection, training, sheet, scores and the served categories; only the epochs are fewer."""
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/quickdraw").symlink_to(ROOT / "checkpoints/quickdraw")
    served = ""
    for example in EXAMPLES:
        match example.words:
            case [variable, "./scripts/serve"]:
                served = variable  # started for the requests that follow
            case ["./scripts/install", "train"]:
                assert (ROOT / "scripts/install").exists()
            case ["curl", *_]:
                _request(example, tmp_path, served)
            case [".venv/bin/python", "-m", *_]:
                _run(example, tmp_path)
            case _:
                pytest.fail(f"nobody tries {example.command}")
    assert load_checkpoint(tmp_path / "mine/rocket").card.subject.name == "rocket"
    assert load_checkpoint(tmp_path / "alone/dog").card.subject.name == "dog"
    assert {"rockets.svg", "sheet.svg"} <= {path.name for path in tmp_path.iterdir()}


def _run(example: Example, folder: Path) -> None:
    """Run a command of Python in a folder."""
    few = EPOCHS.sub("--epochs 0.1", example.command)
    printed = run_module(Example(few).words[2:], folder)
    assert example.answer is None or is_shown(example.answer, printed), printed[:2000]


def _request(example: Example, folder: Path, served: str) -> None:
    """Make a request of the service, with the checkpoints that a variable of the environment names."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    name, _, value = served.partition("=")
    assert name == "INKSTREAM_CHECKPOINTS"
    with contextlib.chdir(folder), real(value) as running:
        command = example.command.replace("localhost:8000", running.host)
        run = subprocess.run(
            ["bash", "-c", command], check=True, capture_output=True, text=True, env=os.environ | {"NO_PROXY": "*"}
        )
    assert run.stdout.startswith("<svg")
    assert example.answer is None or is_shown(example.answer, run.stdout), run.stdout[:2000]
