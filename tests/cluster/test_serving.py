"""The service behind Ray Serve on two nodes: one drawing whoever draws it, and none lost when replicas come and go."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx2
import pytest

from tests.cluster.lasting import Lasting
from tests.cluster.nodes import PATIENCE, add_node
from tests.cluster.serving import GRACE, HAPROXY, POINTS, Received, Serving

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="a cluster needs a POSIX system")]

CLIENTS = 32
PACE = 10  # points a second of each: a drawing takes 20 seconds, in which a node is lost
WHOLE_SECONDS = 60.0
WHOLE_DEPLOYMENTS = 4.0  # on a machine so slow that the first one took more than a quarter of a minute
RESTART, BROKEN = 1012, 1006  # how a WebSocket ends: told to come again, and without a word


def rows_of(serving: Serving, seed: int) -> list[list[float]]:
    """The whole drawing of a seed, as JSON brings it."""
    answer = httpx2.get(f"{serving.url}/draw/cat?seed={seed}&temp_p=0&format=json", timeout=PATIENCE)
    rows: list[list[float]] = answer.raise_for_status().json()["stroke5"]
    return rows


def events(text: str) -> Iterator[dict[str, Any]]:
    """The messages of an event stream."""
    return (json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: "))


def test_the_same_seed_is_the_same_drawing_from_both(serving: Serving) -> None:
    """Over HTTP, SSE and WebSocket, whichever replica draws; Ray's Prometheus endpoint tells what each has drawn."""

    async def drawn() -> list[list[float]]:
        async with serving.socket("seed=7&temp_p=0") as socket:
            received = Received()
            await received.read(socket)
            return received.rows

    expected = rows_of(serving, 7)
    assert len(expected) == POINTS + 1  # with the end
    for _ in range(8):
        assert rows_of(serving, 7) == expected
        stream = httpx2.get(f"{serving.url}/draw/cat/stream?seed=7&temp_p=0", timeout=PATIENCE).text
        assert [row for message in events(stream) for row in message.get("stroke5", ())] == expected
        assert asyncio.run(drawn()) == expected

    def drawn_by_both() -> bool:
        drawings = serving.drawings_of_replicas()
        return rows_of(serving, 7) == expected and drawings.keys() == serving.replicas() and all(drawings.values())

    serving.wait(drawn_by_both)


async def draw_all(serving: Serving, received: list[Received], begun: asyncio.Event) -> None:
    """A WebSocket for each, which draws the seed of its number until it ends; `begun` is set once all have points.

    All are open before any draws, so that the first is not done when the last begins.
    """
    opened, there = asyncio.Barrier(len(received)), asyncio.Barrier(len(received) + 1)

    async def draw(seed: int) -> None:
        async with serving.socket("wait=1") as socket:
            await opened.wait()
            await socket.send(json.dumps({"type": "draw", "seed": seed, "pace": PACE, "temp_p": 0}))
            await received[seed].read(socket, there.wait)

    async with asyncio.TaskGroup() as tasks:
        for seed in range(len(received)):
            tasks.create_task(draw(seed))
        await there.wait()
        begun.set()


async def resumed(serving: Serving, seed: int, received: Received) -> None:
    """Go on with a drawing whose socket was closed, from the rows that came."""
    async with serving.socket(f"seed={seed}&temp_p=0&resume={len(received.rows)}") as socket:
        await received.read(socket)


def test_a_lost_node_costs_nobody_a_drawing(serving: Serving) -> None:
    """Those who are drawn for by the other notice nothing; the others finish the same drawing there.

    Serve's own proxy tells them to; HAProxy does not know what a WebSocket is.

    Within a minute, on a machine quick enough for it, there are two replicas again, without anybody's help.
    """
    [lost] = [node for node in serving.cluster.list_all_nodes() if not node.head]
    add_node(serving.cluster)  # a spare one
    before = serving.replicas()
    received = [Received() for _ in range(CLIENTS)]

    def whole() -> bool:
        now = serving.replicas()
        return len(now) == 2 and len(now & before) == 1 and serving.state() == "RUNNING"

    async def lose() -> float:
        begun = asyncio.Event()
        drawing = asyncio.create_task(draw_all(serving, received, begun))
        await begun.wait()
        await asyncio.to_thread(serving.cluster.remove_node, lost, allow_graceful=False)
        seconds = await asyncio.to_thread(serving.wait, whole)
        await drawing
        return seconds

    assert asyncio.run(lose()) < max(WHOLE_SECONDS, WHOLE_DEPLOYMENTS * serving.took)
    cut = [seed for seed, each in enumerate(received) if not each.ended]
    assert 0 < len(cut) < CLIENTS
    assert {received[seed].code for seed in cut} == {BROKEN if serving.behind == HAPROXY else RESTART}
    assert all(0 < len(received[seed].rows) < POINTS for seed in cut)
    for seed in cut:
        asyncio.run(resumed(serving, seed, received[seed]))
    for seed, each in enumerate(received):
        assert each.ended
        assert each.rows == rows_of(serving, seed)


def test_a_rolling_deploy_costs_nobody_a_drawing(
    serving: Serving, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """While new replicas take the place of old ones, each request is answered, and no drawing is cut off.

    A WebSocket is closed between two drawings, and is told to come again.
    """
    lasting = Lasting(serving)
    before = serving.replicas()
    until = time.monotonic() + 60 * request.config.getoption("rolling_minutes", 0.0)
    graces = count(GRACE + 1)  # each another version
    with lasting:
        serving.deploy(grace=next(graces))
        while time.monotonic() < until:
            serving.deploy(grace=next(graces))
    record_property("versions", next(graces) - GRACE - 1)
    record_property("answers", lasting.answers)
    record_property("drawings", lasting.drawings)
    assert not serving.replicas() & before
    assert lasting.answers > 0
    assert lasting.drawings > 0
    assert lasting.lost == []
    assert RESTART in lasting.codes
