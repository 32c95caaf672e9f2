"""Whose request begins next, without a server."""

import asyncio
from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from app.middleware.fair_starts import AT_ONCE, FairStarts


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def nowhere(_message: Message) -> None:
    pass


def begun(*come: Sequence[str]) -> list[str]:
    """The clients of requests in the order in which they begin; each lot of them comes a turn after the last."""
    order: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        order.append(scope["client"][0])

    async def run() -> None:
        fair = FairStarts(app)
        tasks = []
        for clients in come:
            for client in clients:
                scope = {"type": "http", "client": (client, 1)}
                tasks.append(asyncio.create_task(fair(scope, nothing, nowhere)))
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    return order


def test_one_client_does_not_stand_before_another() -> None:
    """Of a hundred requests at once few begin before the only one of somebody else, who came after them."""
    order = begun(["flood"] * 100, ["other"])
    assert len(order) == 101
    assert order.index("other") < 3 * AT_ONCE


def test_each_client_has_its_turn() -> None:
    """Those who wait take turns, and what one client asks for stays in order; a network of IPv6 is one client."""
    order = begun(["a"] * 20 + ["b"] * 5 + ["2001:db8::1"] * 5 + ["2001:db8::2"] * 5)
    waited = order[AT_ONCE:]
    assert waited[:6] == ["a", "b", "2001:db8::1"] * 2
    assert waited.index("2001:db8::2") > 12
    assert sorted(order) == sorted(["a"] * 20 + ["b"] * 5 + ["2001:db8::1"] * 5 + ["2001:db8::2"] * 5)


def test_a_request_that_is_given_up_holds_up_nobody() -> None:
    """Its turn is another's; a service that starts waits for none."""
    order: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        order.append(scope["type"])

    async def run() -> None:
        fair = FairStarts(app)
        tasks = [asyncio.create_task(fair({"type": "http", "client": None}, nothing, nowhere)) for _ in range(50)]
        await asyncio.sleep(0)
        for task in tasks[AT_ONCE:-1]:
            task.cancel()
        await fair({"type": "lifespan"}, nothing, nowhere)
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    assert order == ["http"] * AT_ONCE + ["lifespan", "http"]
