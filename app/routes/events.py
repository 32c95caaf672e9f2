"""`GET /draw/{category}/stream`: a drawing as it is decoded, as server-sent events."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from app.errors import ClientGone, ShuttingDown
from app.formats.query import LiveQuery
from app.formats.seed import SeedValue
from app.middleware.api_keys import client_name
from app.routes.disconnect import unless_gone
from app.routes.live import Live
from app.routes.openapi import problem_responses
from app.routes.order import order
from app.routes.service import Service, current_service
from app.routes.strict import only
from model.card import SEEDS

router = APIRouter(tags=["drawings"])

PING_SECONDS = 15.0  # proxies close connections that are silent for longer than some half a minute
AWAY_MS, SPREAD_MS = 1000, 2000  # after which clients come back to a service that stopped: not all at one moment

EXAMPLE = (
    'id: 7-35829587-0\nevent: start\ndata: {"type":"start","category":"penguin","seed":7}\n\n'
    'id: 7-35829587-2\nevent: points\ndata: {"type":"points","stroke5":[[20.5,-40,1,0,0],[39.5,36.5,0,1,0]]}\n\n'
    'id: 7-35829587-3\nevent: points\ndata: {"type":"points","stroke5":[[0.0,0.0,0,0,1]]}\n\n'
    'id: 7-35829587-end\nevent: end\ndata: {"type":"end","reason":"finished"}\n\n'
)
ANSWER: dict[str, Any] = {
    "description": "Events `start`, `points` (any number) and `end`; see docs/api.md.",
    "content": {"text/event-stream": {"schema": {"description": "A stream of events."}, "example": EXAMPLE}},
}


@dataclass(frozen=True, slots=True)
class EventId:
    """The id of an event: which drawing, and how many of its rows the client has by then; None: all that there are.

    A browser whose stream broke says the last one that it had, and the drawing goes on there.
    """

    seed: int
    network: str  # the beginning of its hash
    rows: int | None

    def __str__(self) -> str:
        return f"{self.seed}-{self.network}-{'end' if self.rows is None else self.rows}"

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """The id that a client says; None for one that is none of ours."""
        found = re.fullmatch(r"([0-9]{1,16})-([0-9a-f]{8})-([0-9]{1,6}|end)", text or "")
        if found is None or int(found[1]) >= SEEDS:
            return None
        return cls(int(found[1]), found[2], None if found[3] == "end" else int(found[3]))


class Events(StreamingResponse):
    """The messages of a live drawing as events. A client that takes nothing for too long is cut off.

    One that is gone ends it, whether the server says so by `receive`, by `send`, or by cancelling.
    """

    media_type = "text/event-stream"

    def __init__(self, live: Live, had: EventId, send_timeout: float, *, goes_on: bool) -> None:
        """`had`: what the client has of the drawing. `goes_on`: it knows the start."""
        events = _events(live, had, goes_on=goes_on)
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._live = live
        self._send_timeout = send_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._send_timeout):
                await send(message)

        try:
            await unless_gone(Request(scope, receive), self.stream_response(send_in_time))
        except (ClientGone, OSError):  # the connection is closed by the server: the answer is not whole
            pass
        finally:
            self._live.close()


@router.get(
    "/draw/{category}/stream",
    summary="Draw, point by point",
    response_class=StreamingResponse,
    responses={
        200: ANSWER,
        204: {"description": "The client has the whole drawing already, by its Last-Event-ID; browsers ask no more."},
        **problem_responses(404, 422, 429, 503),
    },
    dependencies=[Depends(only(*LiveQuery.model_fields))],
)
async def stream(
    request: Request,
    category: Annotated[str, Path(description="What to draw, matched as in /draw.", examples=["penguin"])],
    query: Annotated[LiveQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event that a stream had before it broke: goes on after it.")
    ] = None,
) -> Response:
    """A drawing as server-sent events: its points as they are decoded. Hanging up ends the decoding."""
    had = EventId.read(last_event_id)
    if had is not None and query.seed is None:
        query = query.model_copy(update={"seed": SeedValue(had.seed)})
    query.check()
    [wanted], _ = await order(service, request, category, query)
    network = wanted.network.card.sha256[:8]
    goes_on = had is not None and (had.seed, had.network) == (wanted.seed, network)
    if had is None or not goes_on:
        had = EventId(wanted.seed, network, query.had_of(wanted.network.card))
    if had.rows is None:
        return Response(status_code=204)
    live = Live(
        service,
        client_name(request),
        wanted,
        query.pace,
        path=request.scope["path"],
        belief=query.belief,
        had=had.rows,
    )
    return Events(live, had, service.settings.send_timeout, goes_on=goes_on)


async def _events(live: Live, had: EventId, *, goes_on: bool) -> AsyncIterator[bytes]:
    try:
        async for event in _told(live, had, goes_on=goes_on):
            yield event
    except ShuttingDown:  # no `end`: browsers come back, and go on
        yield b"retry: %d\n: the service stops: come back with the last id\n\n" % (
            AWAY_MS + secrets.randbelow(SPREAD_MS)
        )


async def _told(live: Live, had: EventId, *, goes_on: bool) -> AsyncIterator[bytes]:
    async for message in live.messages(ping=PING_SECONDS):
        if not message:
            yield b": nothing yet\n\n"
            continue
        kind = message[len('{"type":"') :].split(b'"', 1)[0]
        if goes_on and kind == b"start":
            continue
        now = replace(had, rows=None if kind == b"end" else live.sent)
        yield b"id: %s\nevent: %s\ndata: %s\n\n" % (str(now).encode(), kind, message)
