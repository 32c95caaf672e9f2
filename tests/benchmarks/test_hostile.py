"""Attacks on the service; `python -m benchmarks.hostile` makes them longer, on its own checkpoints."""

from contextlib import AbstractContextManager
from pathlib import Path
from select import select
from typing import Any

import pytest

from benchmarks.hostile import __main__ as hostile_module
from benchmarks.hostile import starts
from benchmarks.hostile.__main__ import ATTACKS, hostile
from benchmarks.hostile.plain import Experience, percentile
from benchmarks.hostile.report import Ending, Row, document, wrong_lines
from benchmarks.hostile.target import Target
from benchmarks.served import Served
from tests.app.tiny import write_checkpoint
from tests.benchmarks.conftest import InProcess, served

FAULTS = {1, 2, 3, 4, 5, 6, 7, 8, 10}  # the ninth, how memory is counted, is no attack


@pytest.mark.slow
def test_a_service_is_attacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_process: InProcess
) -> None:
    """Each fault that is asked for has its rows; it ends well amid all, and every WebSocket is told."""
    monkeypatch.setattr(hostile_module, "HELD", 4)
    in_process(hostile_module)
    pipes: list[int] = []

    def in_a_thread(root: Path, *, log: int, **settings: Any) -> AbstractContextManager[Served]:
        pipes.extend([log] if settings else [])
        assert not settings or not select([], [log], [], 0)[1], "the pipe takes more"
        return served(root, log=log, **settings)

    monkeypatch.setattr(starts, "served", in_a_thread)
    figures = hostile(write_checkpoint(tmp_path, "penguin"), 0.5, [2, 4, 8], grace=0.5)
    attacks = figures["attacks"]
    assert isinstance(attacks, list)
    assert [row["fault"] for row in attacks] == [0, 4, 4, 8, 8, 2]
    assert len(pipes) == 1
    assert all(row["draw_p99_ms"] > 0 and row["healthz_p99_ms"] > 0 and not row["lost"] for row in attacks)
    assert (figures["exit_status"], figures["close_codes"], figures["log"]) == (0, {"1012": 4}, {})
    assert "exit status 0" in capsys.readouterr().out


def test_every_fault_has_an_attack() -> None:
    """What once brought the service down is tried again."""
    assert {attack.fault for attack in ATTACKS} | {starts.FAULT, starts.FLOOD.fault} == FAULTS


def row(*, wait: float = 0.01, **changes: object) -> Row:
    made = Row(1, "an attack", **changes)  # type: ignore[arg-type] # of any field
    made.experienced(Experience({"/draw/penguin": [wait] * 9, "/healthz": [0.01] * 9}))
    return made


@pytest.mark.parametrize(
    ("rows", "ending", "log"),
    [
        ([row(wait=0.3)], Ending(0, {"1012": 2}), ""),
        ([row(lost={"drawing cut": 1})], Ending(0, {"1012": 2}), ""),
        ([row(grew_mib=101.0)], Ending(0, {"1012": 2}), ""),
        ([row()], Ending(1, {"1012": 2}), ""),
        ([row()], Ending(0, {"1012": 1, "none": 1}), ""),
        ([row()], Ending(0, {"1012": 2}), "an error\n  Traceback (most recent call last):\n"),
        ([row()], Ending(0, {"1012": 2}), "FORGED INFO all is well"),
    ],
)
def test_what_is_lost_is_seen(rows: list[Row], ending: Ending, log: str) -> None:
    """A wait, a drawing, memory, the exit status, a close frame, a traceback and a forged line each count."""
    assert document([row()], Ending(0, {"1012": 2}), wrong_lines("all is well, said FORGED"), 1.0)["good"]
    assert not document(rows, ending, wrong_lines(log), 1.0)["good"]


def test_gauges_that_stay_are_lost() -> None:
    """Places that are not free once the clients are gone are named."""
    some = row()
    some.left({"running_drawings": 2.0, "open_websockets": 0.0}, 5.0)
    assert some.lost == {"running_drawings that stay": 2}
    assert not some.is_good()


def test_refusals_are_counted() -> None:
    """Statuses of 400 and more are, whatever else came of an attack."""
    target = Target("127.0.0.1:1", "penguin")
    target.outcome.update({"status 200": 5, "status 429": 2, "status 431": 1, "dropped": 7, "waited for": 1})
    assert target.refusals() == 3


def test_a_percentile_is_a_wait() -> None:
    """In milliseconds; of few waits the longest."""
    assert percentile([0.001 * i for i in range(1, 101)], 0.5) == 51.0
    assert percentile([0.2], 0.99) == 200.0
