"""`GET /draw/{category}/stream`: a drawing as it is decoded, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from app.formats.query import LiveQuery
from app.middleware.api_keys import client_name
from app.routes.live import Live
from app.routes.openapi import problem_responses
from app.routes.order import order
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["drawings"])

PING_SECONDS = 15.0  # proxies close connections that are silent for longer than some half a minute

EXAMPLE = (
    'event: start\ndata: {"type":"start","category":"penguin","seed":7}\n\n'
    'event: points\ndata: {"type":"points","stroke5":[[20.5,-40,1,0,0],[39.5,36.5,0,1,0]]}\n\n'
    'event: points\ndata: {"type":"points","stroke5":[[0.0,0.0,0,0,1]]}\n\n'
    'event: end\ndata: {"type":"end","reason":"finished"}\n\n'
)
ANSWER: dict[str, Any] = {
    "description": "Events `start`, `points` (any number) and `end`; see docs/api.md.",
    "content": {"text/event-stream": {"schema": {"description": "A stream of events."}, "example": EXAMPLE}},
}


class Events(StreamingResponse):
    """The messages of a live drawing as events. A client that takes nothing for too long is cut off."""

    media_type = "text/event-stream"

    def __init__(self, live: Live, send_timeout: float) -> None:
        super().__init__(_events(live), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._live = live
        self._send_timeout = send_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._send_timeout):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except* TimeoutError:
            pass  # the connection is closed by the server: the answer is not whole
        finally:
            self._live.close()


@router.get(
    "/draw/{category}/stream",
    summary="Draw, point by point",
    response_class=StreamingResponse,
    responses={200: ANSWER, **problem_responses(404, 422, 429, 503)},
    dependencies=[Depends(only(*LiveQuery.model_fields))],
)
async def stream(
    request: Request,
    category: Annotated[str, Path(description="What to draw, matched as in /draw.", examples=["penguin"])],
    query: Annotated[LiveQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Events:
    """A drawing as server-sent events: its points as they are decoded. Hanging up ends the decoding."""
    [wanted], _ = await order(service, request, category, query)
    client = client_name(request)
    live = Live(service, client, wanted, query.pace, path=request.scope["path"], belief=query.belief)
    return Events(live, service.settings.send_timeout)


async def _events(live: Live) -> AsyncIterator[bytes]:
    async for message in live.messages(ping=PING_SECONDS):
        if message:
            kind = message[len('{"type":"') :].split(b'"', 1)[0]
            yield b"event: " + kind + b"\ndata: " + message + b"\n\n"
        else:
            yield b": nothing yet\n\n"
