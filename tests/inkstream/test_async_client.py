"""`AsyncClient`: the same, awaited."""

from pathlib import Path

import httpx2
import pytest

from inkstream.async_client import AsyncClient
from inkstream.client import Client
from inkstream.errors import Problem, Unreachable
from tests.app.real import Real
from tests.inkstream.conftest import cut

pytestmark = pytest.mark.anyio


async def test_it_draws_what_the_other_draws(site: Real, here: Client, tmp_path: Path) -> None:
    """One drawing, a sheet, a likeness and a way, in each form."""
    async with AsyncClient(f"http://{site.host}") as client:
        drawing = await client.draw("cat", seed="ada")
        same = here.draw("cat", seed="ada")
        assert drawing.body == same.body
        assert await drawing.svg(color="teal") == same.svg(color="teal")
        assert await drawing.json() == same.json()
        assert await drawing.ndjson() == same.ndjson()
        assert await drawing.png(size=32) == same.png(size=32)
        assert await drawing.gif(size=32) == same.gif(size=32)
        await drawing.save(tmp_path / "cat.svg")
        assert (tmp_path / "cat.svg").read_text() == same.svg()
        sheet = await client.draw("cat", seed=1, count=2)
        assert [each.seed for each in sheet] == [1, 2]
        assert (len(sheet), sheet[1:][0].seed) == (2, 2)
        assert (await client.like("cat", drawing, seed=3)).body == here.like("cat", same, seed=3).body
        assert len(await client.like("cat", drawing, count=2)) == 2
        assert len(await client.between("cat", "dog", steps=2)) == 2


async def test_it_finishes_lists_and_streams(site: Real) -> None:
    """All other methods are there, and refusals are raised."""
    async with AsyncClient(f"http://{site.host}") as client:
        [ending] = await client.complete([[[0, 0], [9, 9]]], "cat", seed=1)
        assert ending.seed == 1
        assert await client.categories("do") == ["dog"]
        drawing = await client.draw("penguin", seed=5)
        points = [point async for point in client.stream("penguin", seed=5)]
        assert len(points) == 1 + drawing.points
        with pytest.raises(Problem, match="recogniser"):
            await client.recognise([[[0, 0], [9, 9]]])
        with pytest.raises(Problem, match="penguin"):
            await anext(client.stream("pengiun"))
    with pytest.raises(Unreachable, match="cannot be asked"):
        await AsyncClient("http://127.0.0.1:9").draw("cat")


async def test_a_stream_that_breaks_goes_on(site: Real) -> None:
    """Its points are those of one that did not."""
    async with AsyncClient(f"http://{site.host}") as client:
        points = []
        async for point in client.stream("penguin", seed=5, pace=20):
            points.append(point)
            if len(points) == 2:
                cut(site)
        assert points == [point async for point in client.stream("penguin", seed=5)]


async def test_an_answer_that_is_late_says_so() -> None:
    """What is below gives no reason."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("", request=request)

    async with AsyncClient("http://x", transport=httpx2.MockTransport(answer)) as client:
        with pytest.raises(Unreachable, match=r"^http://x cannot be asked: timed out$"):
            await client.categories()
