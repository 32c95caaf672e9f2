"""docs/your-own.md does what it says: its commands, in order, with a single step of training."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from tests.test_readme import ROOT, Example, examples, is_shown, serving

EXAMPLES = examples((ROOT / "docs/your-own.md").read_text())
SERVE = "INKSTREAM_CHECKPOINTS=checkpoints,mine"


@pytest.mark.slow
def test_the_page_runs_as_written(tmp_path: Path) -> None:
    """Drawings, inspection, training, sheet, scores and the served category; only the epochs are fewer."""
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/pretrained.pt").symlink_to(ROOT / "checkpoints/pretrained.pt")
    tried = [example for example in EXAMPLES if _try(example, tmp_path)]
    assert [example.command for example in EXAMPLES if example not in tried] == []
    assert load_checkpoint(tmp_path / "mine/rocket").card.subject.name == "rocket"
    assert {"rockets.svg", "sheet.svg"} <= {path.name for path in tmp_path.iterdir()}


def _try(example: Example, folder: Path) -> bool:
    """Run a command in a folder; whether it is of a kind that the page may have."""
    match example.words:
        case ["./scripts/install", "train"]:
            return (ROOT / "scripts/install").exists()
        case [variable, "./scripts/serve"]:
            return variable == SERVE  # started for the requests that follow
        case ["curl", *_]:
            _request(example, folder)
        case [".venv/bin/python", "-m", *_]:
            few = example.command.replace("--epochs 200", "--epochs 0.3").split(maxsplit=1)[1]
            run = subprocess.run(
                ["bash", "-c", f"{sys.executable} {few}"],
                check=False,
                capture_output=True,
                text=True,
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            assert run.returncode == 0, f"{example.command}\n{run.stderr}"
            assert example.answer is None or is_shown(example.answer, run.stdout), run.stdout[:2000]
        case _:
            return False
    return True


def _request(example: Example, folder: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    name, _, value = SERVE.partition("=")
    with serving(folder, folder / "log", **{name: value}) as place:
        command = example.command.replace("localhost:8000", place)
        run = subprocess.run(
            ["bash", "-c", command], check=True, capture_output=True, text=True, env=os.environ | {"NO_PROXY": "*"}
        )
    assert run.stdout.startswith("<svg")
    assert example.answer is None or is_shown(example.answer, run.stdout), run.stdout[:2000]
