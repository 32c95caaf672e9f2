"""`python -m training pretrain` in processes that SIGKILL ends at any moment."""

import signal
from pathlib import Path

import pytest
import torch

from tests.training import shapes
from tests.training.test_resume import SEED, kills, lines, started
from training.shared.file import FILE, load_shared

SHAPE = "--hidden 24 --mixtures 2 --embedding 8 --latent 4 --encoder 8 --kind 4"
DIALS = "--steps 100 --batch 16 --lr 0.01 --validations 20 --keep last --threads 1 --quiet"


def command(folder: Path) -> list[str]:
    places = ["--data", str(folder.parent / "data"), "--out", str(folder / "out"), "--state", str(folder / "state")]
    return ["pretrain", *places, *SHAPE.split(), *DIALS.split()]


def check_files(folder: Path) -> None:
    """Whatever stands under its final name is whole."""
    state, network = folder / "state" / "state.pt", folder / "out" / FILE
    if state.exists():
        saved = torch.load(state, weights_only=True)
        assert all(bool(value.isfinite().all()) for value in saved["weights"].values())
    if network.exists():
        load_shared(network)


def scores(folder: Path) -> dict[int, dict[str, float]]:
    """Validation scores by step; a validation that was made twice must have come to the same."""
    found: dict[int, dict[str, float]] = {}
    for line in lines(folder):
        if "valid" in line:
            assert found.setdefault(line["step"], line["valid"]) == line["valid"]
    return found


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Started again each time, it has the same scores and weights, bit for bit; no file is ever half-written."""
    for kind in ("square", "zigzag"):
        shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 150)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder, told in ((whole, []), (broken, kills(command(broken), broken))):
        for words in told:
            print(f"seed {SEED}: killed {words}")  # noqa: T201 - shown when the test fails
            check_files(broken)
        process = started(command(folder))
        process.join()
        assert process.exitcode == 0
    assert scores(broken) == scores(whole)
    assert len(scores(whole)) == 20
    (found, _, _), (expected, _, _) = (load_shared(folder / "out" / FILE) for folder in (broken, whole))
    for name, value in expected.state_dict().items():
        assert torch.equal(found.state_dict()[name], value), name
    assert {path.name for path in (broken / "state").iterdir()} == {"state.pt", "log.jsonl"}
