import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.catalogue.recogniser import LoadedRecogniser
from app.engine.chooser import Chooser
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.recognition import Recognition
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from app.errors import QueueFull
from model.checkpoint import load_checkpoint
from model.recogniser.candidates import candidates
from tests.app.seer import Seer
from tests.app.tiny import alone, request_of, write_checkpoint

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> DrawRequest:
    return request_of(load_checkpoint(checkpoints / "cat"))


@asynccontextmanager
async def chooser(limits: Limits | None = None) -> AsyncIterator[Chooser]:
    metrics = Metrics()
    engine = Engine(threads=1, limits=limits or Limits(), deadline=30, metrics=metrics)
    recognition = Recognition(256, 30, metrics)
    engine.start()
    await recognition.open(lambda: LoadedRecogniser(Seer(), 1))
    try:
        yield Chooser(engine, recognition)
    finally:
        await asyncio.to_thread(engine.close)
        await recognition.close()


def surest_cat(request: DrawRequest, best: int) -> int:
    """The seed of the candidate that is most like a cat, drawn and recognised one by one."""
    drawings = [alone(replace(request, seed=seed)) for seed in candidates(request.seed, best)]
    scores = [float(Seer().log_probabilities([torch.from_numpy(each.stroke5)])[0, 0]) for each in drawings]
    return drawings[scores.index(max(scores))].seed


@pytest.mark.parametrize("spare", [False, True])
async def test_the_surest_is_chosen(cat: DrawRequest, spare: bool) -> None:
    """For each drawing by itself; it is what its own seed draws, bit for bit."""
    async with chooser() as chooses:
        requests = [replace(cat, seed=seed) for seed in range(5)]
        drawings = await chooses.draw(requests, 4, spare=spare)
        assert [drawing.seed for drawing in drawings] == [surest_cat(request, 4) for request in requests]
        assert [drawing.seed for drawing in drawings] != [0, 1, 2, 3, 4]
        for drawing in drawings:
            assert drawing.stroke5.tobytes() == alone(replace(cat, seed=drawing.seed)).stroke5.tobytes()


async def test_of_one_nothing_is_chosen(cat: DrawRequest) -> None:
    """It is the drawing that was asked for."""
    async with chooser() as chooses:
        assert [drawing.seed for drawing in await chooses.draw([cat], 1)] == [cat.seed]


async def test_what_it_does_not_know_is_drawn_once(tmp_path: Path) -> None:
    """Somebody's own category is drawn as without a choice."""
    unicorn = request_of(load_checkpoint(write_checkpoint(tmp_path, "unicorn")))
    async with chooser() as chooses:
        assert not chooses.knows(unicorn.subject)
        assert chooses.chosen_by(unicorn.subject) == ""
        assert [drawing.seed for drawing in await chooses.draw([unicorn], 4)] == [unicorn.seed]


async def test_all_candidates_need_a_place(cat: DrawRequest) -> None:
    """Those of one drawing are decoded side by side, or none of them is."""
    async with chooser(Limits(waiting=0, running=7)) as chooses:
        with pytest.raises(QueueFull):
            await chooses.draw([cat], 8)
        assert len(await chooses.draw([cat], 7)) == 1
