import asyncio
from pathlib import Path

import numpy as np
import pytest

from app.catalogue.subject import StoredNetwork, Subject
from app.errors import QueueFull
from app.pools.thumbnails import Thumbnails
from model.card import Card, SubjectCard
from model.drawing import Drawing

pytestmark = pytest.mark.anyio

DRAWING = Drawing(7, np.array([[9, 9, 1, 0, 0], [0, 0, 0, 0, 1]], np.float32), True)


@pytest.fixture
def subject() -> Subject:
    """Of a network that nothing is loaded of."""
    card = SubjectCard(name="cat", slug="cat", max_points=24, temp_xy=0.4, temp_p=0.5)
    network = Card(system="one", hidden=16, mixtures=3, mean=(0, 0), std=(1, 1), subjects=(card,))
    return StoredNetwork(network, Path("cat")).subjects()[0]


async def test_all_who_ask_share_one_drawing(subject: Subject) -> None:
    """Those who ask while it is drawn wait for it, one that leaves takes it from nobody, and it is kept."""
    drawn, free = [], asyncio.Event()

    async def draw() -> Drawing:
        drawn.append(1)
        await free.wait()
        return DRAWING

    thumbnails = Thumbnails()
    asking = [asyncio.create_task(thumbnails.get(subject, draw)) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    free.set()
    one, other = await asyncio.gather(*asking[1:])
    assert one is other is await thumbnails.get(subject, draw)
    assert (len(drawn), len(thumbnails)) == (1, 1)


async def test_a_failure_is_not_kept(subject: Subject) -> None:
    """Those who waited are told; the next who asks gets a picture."""

    async def fail() -> Drawing:
        raise QueueFull("too many wait")

    async def draw() -> Drawing:
        return DRAWING

    thumbnails = Thumbnails()
    for failure in await asyncio.gather(*(thumbnails.get(subject, fail) for _ in range(2)), return_exceptions=True):
        assert isinstance(failure, QueueFull)
    assert (await thumbnails.get(subject, draw)).content.startswith(b"<svg")
    await thumbnails.close()
