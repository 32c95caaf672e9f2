"""`python -m training train` and `pretrain` in processes that SIGKILL ends at any moment."""

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
from torch import Tensor

from model.checkpoint import find_checkpoints, load_checkpoint
from tests.training import shapes
from training.__main__ import main
from training.shared.file import FILE, load_shared

KILLS = 5  # of each command
ATTEMPTS = 40  # to kill that often: some runs end before their moment comes
LATE = 2  # of the kills come when training is over and the checkpoint is being written
VALIDATIONS = 12  # each of which saves the state
SEED = 20261122
DIALS = "--batch 16 --lr 0.01 --threads 1 --quiet"
TRAIN = "train square --system gmm128_1 --hidden 16 --epochs 4 --patience 0 --dropout 0.1 --scale 0.1"
PRETRAIN = "pretrain --hidden 24 --mixtures 2 --embedding 8 --latent 4 --encoder 8 --kind 4 --steps 72 --keep last"
FORKS = multiprocessing.get_context("forkserver")  # one process imports torch, its children begin where it has
FORKS.set_forkserver_preload([__name__, "torch._dynamo"])  # the second takes a second, as the first optimiser is made


def run(argv: list[str]) -> None:
    """The body of a child process."""
    sys.exit(main(argv))


def command(words: str, data: Path, folder: Path) -> list[str]:
    places = ["--data", str(data), "--out", str(folder / "out"), "--state", str(folder / "state")]
    return [*words.split(), *places, *DIALS.split(), "--validations", str(VALIDATIONS)]


def started(argv: list[str]) -> BaseProcess:
    process = FORKS.Process(target=run, args=(argv,))
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


def finish(argv: list[str]) -> None:
    """Start a run that nobody kills, to its end."""
    process = started(argv)
    process.join()
    assert process.exitcode == 0


def check_files(folder: Path) -> None:
    """Whatever stands under its final name is whole."""
    state = folder / "state" / "state.pt"
    if state.exists():
        saved = torch.load(state, weights_only=True)
        assert all(bool(value.isfinite().all()) for value in saved["weights"].values())
    network = folder / "out" / FILE
    if network.exists():
        load_shared(network)
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


def scores(folder: Path) -> dict[int, dict[str, float]]:
    """Validation scores by step; a validation that was made twice must have come to the same."""
    found: dict[int, dict[str, float]] = {}
    for line in lines(folder):
        if "valid" in line:
            assert found.setdefault(line["step"], line["valid"]) == line["valid"]
    return found


def state_of(folder: Path) -> tuple[list[float], list[dict[str, float]]]:
    """(the losses of the last hundred steps, all validations) of a run of `train` that has ended."""
    saved = torch.load(folder / "state" / "state.pt", weights_only=True)
    for entry in saved["run"]["history"]:
        del entry["seconds"]
    return saved["run"]["calm"], saved["run"]["history"]


def whole_and_broken(words: str, data: Path, root: Path) -> tuple[Path, Path]:
    """Folders of a run to its end, and of one that is killed again and again, started again and has ended."""
    whole, broken = root / "whole", root / "broken"
    finish(command(words, data, whole))
    argv = command(words, data, broken)
    for told in kills(argv, broken):
        print(f"seed {SEED}: killed {told}")  # noqa: T201 - shown when the test fails
        check_files(broken)
    finish(argv)
    check_files(broken)
    assert scores(broken) == scores(whole)
    assert len(scores(whole)) == VALIDATIONS
    assert {path.name for path in (broken / "state").iterdir()} == {"state.pt", "log.jsonl"}
    return whole, broken


def assert_equal(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Weights are the same, bit for bit."""
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Started again each time, it has the same losses and weights, bit for bit; no file is ever half-written."""
    data = shapes.write(tmp_path / "square.ndjson", "square", 300)
    whole, broken = whole_and_broken(TRAIN, data, tmp_path)
    assert state_of(broken) == state_of(whole)
    ([found], [expected]) = (find_checkpoints(folder / "out") for folder in (broken, whole))
    assert_equal(*(dict(load_checkpoint(path).module.named_buffers()) for path in (found, expected)))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_pretraining_that_is_killed_again_and_again_does_too(tmp_path: Path) -> None:
    """The same of `pretrain`, whose random numbers are the device's: same scores, same weights, whole files."""
    for kind in ("square", "zigzag"):
        shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 150)
    networks = (
        load_shared(folder / "out" / FILE) for folder in whole_and_broken(PRETRAIN, tmp_path / "data", tmp_path)
    )
    assert_equal(*(network.state_dict() for network, _, _ in networks))
