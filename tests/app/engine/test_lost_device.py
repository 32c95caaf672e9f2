"""A GPU that failed: whatever this process draws goes elsewhere, and somebody has to start another."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.engine import device, hang
from app.engine import engine as module
from app.engine.delivery import Delivery
from app.engine.device import Device
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.runner import Runner
from app.engine.scheduling.limits import Limits
from app.errors import ShuttingDown
from model.checkpoint import Checkpoint, load_checkpoint
from model.strokes import Array
from tests.app.tiny import client_of, request_of

FAULT = "CUDA error: unspecified launch failure"


def fail(*_: object) -> None:
    """What every call of a GPU does after that."""
    raise RuntimeError(FAULT)


@pytest.fixture
def _lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "is_lost", lambda _: True)
    monkeypatch.setattr(Runner, "run", fail)


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    """One that is not told how to draw yet."""
    engine = Engine(threads=1, limits=Limits(running=1), deadline=30, metrics=Metrics())
    engine.start()
    yield engine
    await asyncio.to_thread(engine.close)


@pytest.mark.anyio
@pytest.mark.usefixtures("_lost")
async def test_every_drawing_goes_elsewhere(engine: Engine, checkpoints: Path) -> None:
    """Those of the turn, those of other networks and those that wait, and none comes new: none of them fails here."""
    requests = [request_of(load_checkpoint(checkpoints / name)) for name in ("cat", "penguin", "cat")]
    found = await asyncio.gather(*(engine.draw([request]) for request in requests), return_exceptions=True)
    assert [type(each) for each in found] == [ShuttingDown] * 3
    assert engine.is_lost
    assert engine.is_idle()
    with pytest.raises(ShuttingDown):
        engine.open([requests[0]], Delivery.whole(1))


@pytest.mark.usefixtures("_lost")
def test_nothing_is_sent_to_it_any_more(checkpoints: Path) -> None:
    """A proxy takes another one for a drawing; what watches over processes is told, whatever serves the application."""
    with client_of(checkpoints) as client:
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
        answer = client.get("/draw/cat")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["type"] == "urn:inkstream:problem:shutting-down"
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "GPU failed" in answer.json()["detail"]


class Hanging(Runner):
    """Waits for its card, which answers when the test is over."""

    answer = threading.Event()

    def run(self, *_: object) -> list[Array]:
        """Whatever is asked."""
        assert self.answer.wait(30)
        return []


@pytest.fixture
def card(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkpoint]:
    """A network on a card that hangs, at which the engine looks a hundred times a second."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    Hanging.answer.clear()
    yield replace(load_checkpoint(checkpoints / "cat"), device=torch.device("cuda"))
    Hanging.answer.set()


@pytest.mark.anyio
async def test_a_card_that_hangs_is_one_that_failed(card: Checkpoint) -> None:
    """Nobody waits for the deadline, nothing new is drawn, and the engine can be closed."""
    engine = Engine(
        threads=1, limits=Limits(running=1), deadline=30, metrics=Metrics(), device=Device(Metrics(), Hanging)
    )
    engine.start()
    with pytest.raises(ShuttingDown):
        await asyncio.wait_for(engine.draw([request_of(card)]), 10)
    assert engine.is_lost
    with pytest.raises(ShuttingDown):
        engine.open([request_of(card)], Delivery.whole(1))
    await asyncio.wait_for(asyncio.to_thread(engine.close), 10)


def test_a_card_hangs_at_one_call() -> None:
    """That is there at all of many looks; many calls in a row, and rests between them, are none."""
    watch = hang.Watch()
    for _ in range(2 * hang.MOST_LOOKS):
        with watch.call():
            assert not watch.hangs()
    for _ in range(2 * hang.MOST_LOOKS):
        assert not watch.hangs()
    with watch.call():
        looks = [watch.hangs() for _ in range(hang.MOST_LOOKS + 1)]
    assert looks == [False] * hang.MOST_LOOKS + [True]
    assert not watch.hangs()
