"""All parts with next to nothing to do: that each gives its figures, on the CPU."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks.gpu import engine, fleet, watching
from benchmarks.gpu.card import card
from benchmarks.gpu.decoding import decoding
from benchmarks.gpu.plain import PlainLoop, captured
from benchmarks.gpu.size import Size
from benchmarks.gpu.training import generated, training
from benchmarks.served import POINTS
from tests.app.tiny import write_checkpoint
from tests.benchmarks.conftest import InProcess
from tests.capture import Operations

CPU = torch.device("cpu")


@pytest.fixture
def size(tmp_path: Path) -> Size:
    write_checkpoint(tmp_path, "penguin")
    return replace(
        Size.small(CPU), checkpoints=tmp_path, batches=(2,), seconds=0.1, sockets=2, watchers=2, sheet=3, batch=4
    )


def test_the_card_is_named(size: Size) -> None:
    """With PyTorch, on which everything depends."""
    assert card(size)["torch"] == torch.__version__


def test_decoding_is_measured_beside_the_plain_loop(size: Size) -> None:
    """For each number of drawings."""
    found = decoding(size)["penguin"]
    assert isinstance(found, dict)
    assert found["same_drawings"] == 1  # on a CPU
    assert found["hidden"] == 16
    assert found["2"]["plain"] > 0
    assert found["2"]["graph"] > 0
    assert found["2"]["advance"] > 0


def test_the_plain_loop_can_be_captured() -> None:
    """It makes rows of drawings, and waits for nothing."""
    loop = PlainLoop(8, 5, CPU)
    run = captured(loop.run, CPU)
    with Operations() as operations:
        run()
    assert not operations.waits
    assert loop.points == loop.rows.size(0) * 5
    assert loop.rows.isfinite().all()
    assert (loop.rows[..., 2:].sum(-1) == 1).all()
    before = loop.rows.clone()
    run()
    assert not torch.equal(before, loop.rows)


def test_training_is_measured(size: Size) -> None:
    """Both trainers."""
    found = training(replace(size, training_steps=2))
    for name in ("train", "pretrain"):
        rate = found[f"{name}_points_per_second"]
        assert isinstance(rate, float)
        assert rate > 0


def test_generated_drawings_are_drawings() -> None:
    """Whole pixels, one end row each, at its end."""
    corpus = generated(20)
    assert (corpus.rows[:, :2] == corpus.rows[:, :2].round()).all()
    assert (corpus.rows[:, 2:].sum(axis=1) == 1).all()
    assert corpus.rows[:, 4].nonzero()[0].tolist() == (corpus.starts[1:] - 1).tolist()


def test_a_sheet_is_timed(size: Size) -> None:
    """All its drawings are decoded."""
    found = engine.sheet(size)
    assert found["drawings"] == 3
    assert isinstance(found["points"], int)
    assert found["points"] >= 3


@pytest.mark.slow
def test_what_reaches_clients_is_measured(
    size: Size, in_process: InProcess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Points over WebSockets beside the engine's, how long first points take at a human pace, and what both cost.

    Of one process, and in the same run of two, of which each draws.
    """
    in_process(engine)
    in_process(fleet)
    drawn: list[list[int]] = []
    shape = fleet.Fleet.shape

    def look(running: fleet.Fleet) -> dict[str, float | None]:
        drawn.append([int(service.metrics()[POINTS]) for service in running.services])
        return shape(running)

    monkeypatch.setattr(fleet.Fleet, "shape", look)
    found, paced = engine.sockets(size), watching.paced(size)
    printed = capsys.readouterr().out
    assert printed.count("1 processes: ") == printed.count("2 processes: ") == 2  # as soon as it is known
    for part, rate in ((found, "websocket_points_per_second"), (paced, "points_per_second")):
        assert part["sockets"] == 2
        assert isinstance(part["processes"], dict)
        assert set(part["processes"]) == {"1", "2"}
        for its in part["processes"].values():
            assert its[rate] > 0
            assert its["microseconds_per_point"] > 0
        assert part[rate] == part["processes"]["1"][rate]  # what stands above is of one
        assert part["device_memory_mib"] is None
        assert part["mps"] is False  # without a card there is none to share
        assert isinstance(part["resident_memory_mib"], float)
        assert part["resident_memory_mib"] > 0
    assert [len(its) for its in drawn] == [2, 2]
    assert all(points > 24 for its in drawn for points in its)  # more than the drawing that each begins with
