import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from torch import Tensor

from app.catalogue.recogniser import LoadedRecogniser
from app.engine.metrics import Metrics
from app.engine.recognition import BATCH, Recognition
from app.errors import NoRecogniser, QueueFull, ShuttingDown, TooLate
from model.errors import CheckpointMissing
from model.strokes import END_ROW, Array, from_polylines
from tests.app.seer import EARS, MAST, ROOF, Seer

pytestmark = pytest.mark.anyio

CAT, TOWER, PENGUIN = (from_polylines(lines) for lines in (EARS, MAST, ROOF))
EMPTY = "<Recognition open, 0 waiting, 0 spare>"


class SlowSeer(Seer):
    """Waits in its thread until it is let go, once it is `slow`."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = False
        self.busy, self.free = threading.Event(), threading.Event()
        self.threads: set[str] = set()

    def log_probabilities(self, drawings: Sequence[Tensor]) -> Tensor:
        self.threads.add(threading.current_thread().name)
        if self.slow:
            self.busy.set()
            self.free.wait(30)
        return super().log_probabilities(drawings)


@asynccontextmanager
async def opened(seer: Seer, places: int = 256, deadline: float = 30) -> AsyncIterator[Recognition]:
    recognition = Recognition(places, deadline, Metrics())
    await recognition.open(lambda: LoadedRecogniser(seer, 1000))
    seer.batches.clear()  # of the dot that warmed it
    try:
        yield recognition
    finally:
        await recognition.close()


@asynccontextmanager
async def held(
    deadline: float = 30, places: int = 256
) -> AsyncIterator[tuple[SlowSeer, Recognition, asyncio.Task[Array]]]:
    """A recognition whose thread is busy with a first drawing until it is let go."""
    seer = SlowSeer()
    async with opened(seer, places, deadline) as recognition:
        seer.slow = True
        first = asyncio.create_task(recognition.scores([CAT]))
        await asyncio.to_thread(seer.busy.wait, 30)
        try:
            yield seer, recognition, first
        finally:
            seer.free.set()
            await asyncio.gather(first, return_exceptions=True)


async def test_drawings_have_log_probabilities() -> None:
    """Of every name, in order; the best of each drawing is what it shows."""
    async with opened(Seer()) as recognition:
        scores = await recognition.scores([CAT, TOWER, PENGUIN])
        assert scores.shape == (3, 4)
        np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-5)
        assert scores.argmax(axis=1).tolist() == [0, 1, 2]
        names = ("cat", "CAT", "the-eiffel-tower", "owl")
        assert [recognition.column(name) for name in names] == [0, 0, 1, None]
        assert repr(recognition) == EMPTY


async def test_a_drawing_that_ended_at_once_is_a_dot() -> None:
    """A network may end before its first point; that is seen as nothing in particular, and fails nobody."""
    async with opened(Seer()) as recognition:
        scores = await recognition.scores([END_ROW[None], from_polylines([[(5, 5)]])])
        np.testing.assert_array_equal(scores[0], scores[1])


async def test_those_that_wait_are_one_batch() -> None:
    """Up to a bound; all in one thread, each is answered with its own, spare ones last."""
    async with held() as (seer, recognition, first):
        spare = asyncio.create_task(recognition.scores([TOWER], spare=True))
        asked = [asyncio.create_task(recognition.scores([drawing] * 10)) for drawing in (CAT, TOWER, PENGUIN, CAT)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert repr(recognition) == "<Recognition open, 40 waiting, 1 spare>"
        seer.free.set()
        found = [scores.argmax(axis=1).tolist() for scores in await asyncio.gather(*asked)]
        assert found == [[0] * 10, [1] * 10, [2] * 10, [0] * 10]
        await asyncio.gather(first, spare)
        assert seer.batches == [1, 30, 10, 1]
        assert len(seer.threads) == 1


async def test_many_drawings_of_one_caller_are_several_batches() -> None:
    """So that others do not wait for all of them."""
    async with opened(seer := Seer()) as recognition:
        scores = await recognition.scores([*[CAT] * BATCH, TOWER, PENGUIN])
        assert scores.argmax(axis=1).tolist() == [*[0] * BATCH, 1, 2]
        assert seer.batches == [BATCH, 2]


async def test_who_leaves_is_forgotten() -> None:
    """What nobody waits for any more is not recognised, and holds no place."""
    async with held() as (seer, recognition, first):
        asked = asyncio.create_task(recognition.scores([TOWER] * 5))
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert repr(recognition) == EMPTY
        first.cancel()
        seer.free.set()
        assert (await recognition.scores([PENGUIN])).argmax() == 2
        assert seer.batches == [1, 1]


async def test_places_are_bounded() -> None:
    """One drawing more than may wait is refused; spare ones take no place."""
    async with held(places=2) as (seer, recognition, _):
        waiting = asyncio.create_task(recognition.scores([TOWER, CAT]))
        spare = asyncio.create_task(recognition.scores([TOWER] * 9, spare=True))
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await recognition.scores([CAT])
        seer.free.set()
        await asyncio.gather(waiting, spare)


async def test_what_takes_too_long_is_given_up() -> None:
    """After the deadline, with its place free."""
    async with held(deadline=0.05) as (_, recognition, first):
        with pytest.raises(TooLate):
            await recognition.scores([TOWER])
        with pytest.raises(TooLate):
            await first
        assert repr(recognition) == EMPTY


async def test_closing_answers_who_waits() -> None:
    """With ShuttingDown; what is on the thread is finished, and later ones are refused."""
    async with held() as (seer, recognition, first):
        waiting = asyncio.create_task(recognition.scores([TOWER] * (BATCH + 3)))
        await asyncio.sleep(0)
        closing = asyncio.create_task(recognition.close())
        with pytest.raises(ShuttingDown):
            await waiting
        seer.free.set()
        assert (await first).argmax() == 0
        await closing
        with pytest.raises(ShuttingDown):
            await recognition.scores([CAT])


async def test_without_a_recogniser_it_says_why(caplog: pytest.LogCaptureFixture) -> None:
    """The log and every caller are told; nothing is counted as memory."""

    def read() -> LoadedRecogniser:
        raise CheckpointMissing("the folder is not there")

    recognition = Recognition(1, 1, Metrics())
    await recognition.open(read)
    assert "the folder is not there" in caplog.text
    with pytest.raises(NoRecogniser, match="the folder is not there"):
        await recognition.scores([CAT])
    assert (recognition.column("cat"), recognition.bytes, recognition.hash) == (None, 0, "")
    await recognition.close()


async def test_one_that_fails_at_once_is_none() -> None:
    """It is tried when it is loaded: whole files are not enough."""
    recognition = Recognition(1, 1, Metrics())
    await recognition.open(lambda: LoadedRecogniser(Seer(RuntimeError("no kernel for this machine")), 1))
    with pytest.raises(NoRecogniser, match="no kernel"):
        recognition.recogniser()
    await recognition.close()
