"""`python -m training train` in processes that SIGKILL ends at any moment."""

import json
import multiprocessing
import random
import signal
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import torch

from model.checkpoint import find_checkpoints, load_checkpoint
from tests.training import shapes
from training.__main__ import main

KILLS = 6
ATTEMPTS = 40  # to kill that often: some runs end before their moment comes
LATE = 2  # of the kills come when training is over and the checkpoint is being written
VALIDATIONS = 20  # each of which saves the state
SEED = 20261122
DIALS = "--system gmm128_1 --epochs 4 --batch 16 --lr 0.01 --patience 0 --dropout 0.1 --scale 0.1 --threads 1 --quiet"
FORKS = multiprocessing.get_context("forkserver")  # one process imports torch, its children begin where it has
FORKS.set_forkserver_preload([__name__])


def train(argv: list[str]) -> None:
    """The body of a child process."""
    sys.exit(main(argv))


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    return shapes.write(tmp_path / "square.ndjson", "square", 300)


def command(drawings: Path, folder: Path) -> list[str]:
    places = ["--data", str(drawings), "--out", str(folder / "out"), "--state", str(folder / "state")]
    return ["train", "square", *places, *DIALS.split(), "--validations", str(VALIDATIONS)]


def started(argv: list[str]) -> BaseProcess:
    process = FORKS.Process(target=train, args=(argv,))
    process.start()
    return process


def lines(folder: Path) -> list[dict[str, Any]]:
    """The log, every line of which must be whole."""
    log = folder / "state" / "log.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def kill_once(argv: list[str], folder: Path, moments: random.Random, *, late: bool) -> str:
    """Start a run and kill it at a random moment; what happened, in words. "" when it ended before that."""
    before = len(lines(folder))
    wait_for = 0 if late else moments.randint(0, 2)  # validations before the moment
    delay = moments.uniform(0, 0.5 if late else 0.1)
    process = started(argv)
    while process.is_alive() and len(lines(folder)) < before + wait_for:
        time.sleep(0.001)
    process.join(delay)
    process.kill()
    process.join()
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL), "the run failed by itself"
    steps = [line["step"] for line in lines(folder)]
    return f"{delay:.3f} s after {wait_for} validations, at step {max(steps, default=0)}" if code else ""


def check_files(folder: Path) -> None:
    """Whatever stands under its final name is whole."""
    state = folder / "state" / "state.pt"
    if state.exists():
        saved = torch.load(state, weights_only=True)
        assert all(bool(value.isfinite().all()) for value in saved["weights"].values())
    for checkpoint in find_checkpoints(folder / "out"):
        if (checkpoint / "card.json").exists():
            load_checkpoint(checkpoint)  # its hash is the card's
        assert {path.name for path in checkpoint.iterdir() if not path.name.startswith(".")} <= {
            "model.pt",
            "card.json",
        }


def kills(argv: list[str], folder: Path) -> Iterator[str]:
    """Kill runs until that has been done often enough."""
    moments = random.Random(SEED)  # noqa: S311 - moments, not secrets
    done = 0
    for _ in range(ATTEMPTS):
        if done < KILLS and (told := kill_once(argv, folder, moments, late=done >= KILLS - LATE)):
            done += 1
            yield told
    assert done == KILLS


def losses(folder: Path) -> dict[int, dict[str, float]]:
    """Validation scores by step; a validation that was made twice must have come to the same."""
    found: dict[int, dict[str, float]] = {}
    for line in lines(folder):
        assert found.setdefault(line["step"], line["valid"]) == line["valid"]
    return found


def finished(folder: Path) -> tuple[dict[str, Any], list[float], list[dict[str, float]]]:
    """(the checkpoint's weights, the losses of the last hundred steps, all validations) of a run that has ended."""
    (path,) = find_checkpoints(folder / "out")
    saved = torch.load(folder / "state" / "state.pt", weights_only=True)
    for entry in saved["run"]["history"]:
        del entry["seconds"]
    return dict(load_checkpoint(path).module.named_buffers()), saved["run"]["calm"], saved["run"]["history"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_again_and_again_ends_as_if_it_had_not_been(drawings: Path, tmp_path: Path) -> None:
    """Started again each time, it has the same losses and weights, bit for bit; no file is ever half-written."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    process = started(command(drawings, whole))
    process.join()
    assert process.exitcode == 0
    argv = command(drawings, broken)
    for told in kills(argv, broken):
        print(f"seed {SEED}: killed {told}")  # noqa: T201 - shown when the test fails
        check_files(broken)
    last = started(argv)
    last.join()
    assert last.exitcode == 0
    check_files(broken)
    assert losses(broken) == losses(whole)
    (weights, calm, history), (expected, its_calm, its_history) = finished(broken), finished(whole)
    assert (calm, history) == (its_calm, its_history)
    assert len(history) == VALIDATIONS
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)
    assert {path.name for path in (broken / "state").iterdir()} == {"state.pt", "log.jsonl"}
