import logging
import os
import sys
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from app.formats.aside import NICE, SMALL, Aside
from model.picture.layout import sheet
from model.picture.look import Look
from model.picture.pixels import gif
from model.strokes import from_polylines


@pytest.fixture(scope="module")
def aside() -> Iterator[Aside]:
    aside = Aside()
    yield aside
    aside.close()


def who() -> bytes:
    """The process that this is called in, its claim on the processor, and whether it has PyTorch."""
    return f"{os.getpid()} {os.getpriority(os.PRIO_PROCESS, 0)} {'torch' in sys.modules}".encode()


def end() -> bytes:
    """The process ends in its midst, unless it is the one that asked."""
    if os.getppid() != int(os.environ["ASKED_BY"]):
        return b"here"
    os._exit(1)


def fails() -> bytes:
    raise ValueError("no such colour")


@pytest.mark.slow
def test_it_is_another_process_behind_all_others(aside: Aside) -> None:
    """It answers nobody, so it waits for those that do; and it has not loaded what decodes."""
    pid, nice, _ = aside.run(partial(who)).split()
    assert int(pid) != os.getpid()
    assert int(nice) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICE)


def test_a_large_picture_is_the_same_there(aside: Aside) -> None:
    """Byte for byte: where it is drawn cannot be seen."""
    rng = np.random.default_rng(0)
    rows = [from_polylines([10 * rng.normal(size=(6, 2)).cumsum(axis=0) for _ in range(3)]) for _ in range(6)]
    layout, look = sheet(rows, Look(), columns=3), Look(color="#007777").sized(200)
    assert aside.run(partial(gif, layout, look, title="six")) == gif(layout, look, title="six")


def test_small_work_stays_here(aside: Aside) -> None:
    """Handing it over would take longer than doing it."""
    assert int(aside.write(who, SMALL).split()[0]) == os.getpid()
    assert int(aside.write(who, SMALL + 1).split()[0]) != os.getpid()


def test_what_it_raises_is_raised_here(aside: Aside) -> None:
    """A colour that is none is the same mistake wherever it is found."""
    with pytest.raises(ValueError, match="no such colour"):
        aside.run(partial(fails))


@pytest.mark.slow
def test_a_process_that_ends_loses_nothing(
    aside: Aside, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in its midst, for lack of memory or by hand: the picture is drawn here, and the next by a new process."""
    aside.close()
    monkeypatch.setenv("ASKED_BY", str(os.getpid()))
    with caplog.at_level(logging.WARNING):
        assert aside.run(partial(end)) == b"here"
    assert "the process for large pictures ended" in caplog.text
    assert int(aside.run(partial(who)).split()[0]) != os.getpid()
