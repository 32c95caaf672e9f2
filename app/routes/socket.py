"""`WS /ws/draw/{category}`: drawings as they are decoded, one after the other, steered by the client."""

import asyncio
from contextlib import ExitStack
from http import HTTPStatus

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect, WebSocketState

from app.errors import AppError, ClientLimited, Invalid, ShuttingDown
from app.formats import messages
from app.formats.problems import answer, invalid, of_status, respond
from app.formats.query import LiveQuery
from app.middleware.api_keys import client_name
from app.routes.given.guesser import Guesser
from app.routes.live import Live
from app.routes.order import order
from app.routes.origin import check_origin
from app.routes.patience import Patience
from app.routes.service import Service, service_of
from app.routes.strict import check_parameters

router = APIRouter()

NORMAL, POLICY, RESTART, TRY_LATER = 1000, 1008, 1012, 1013  # close codes of RFC 6455, 7.4.1, and IANA's registry
AGAIN = "the service stops: connect again"  # why a socket is closed, when it does
SLIPS = 20  # messages that make no sense before a socket is closed
CLOSE_SECONDS = 5.0  # for a slow reader to take what lies before the close frame


class SocketQuery(LiveQuery):
    """What may follow the `?` of a WebSocket."""

    wait: bool = False


@router.websocket("/ws/draw/{category}")
async def draw_live(websocket: WebSocket, category: str) -> None:
    """Refuse with a problem document, or accept and serve until either side closes."""
    service = service_of(websocket)
    with ExitStack() as held:
        try:
            check_origin(websocket, service.settings.origins)
            query = _query(websocket)
            held.enter_context(service.socket(client_name(websocket)))
            session = Session(websocket, service, category)
            if not query.wait:
                await session.begin(query, category)
        except AppError as error:
            await asyncio.sleep(error.pause if isinstance(error, ClientLimited) else 0)
            await websocket.send_denial_response(answer(error, websocket.scope["path"]))
            return
        await session.serve()


@router.api_route("/ws/draw/{category}", methods=["GET", "POST"], include_in_schema=False)
async def explain(request: Request) -> Response:
    """Why a WebSocket would be refused here: browsers keep that from a page, and name it with POST alone."""
    service = service_of(request)
    check_origin(request, service.settings.origins)
    with service.socket(client_name(request)):
        pass
    detail = "This path is for WebSockets; a proxy on the way has to pass them on."
    problem = of_status(HTTPStatus.UPGRADE_REQUIRED, detail, request.scope["path"])
    return respond(problem, {"Connection": "Upgrade", "Upgrade": "websocket"})


@router.websocket("/{path:path}")
async def nothing(websocket: WebSocket) -> None:
    """Refuse a WebSocket at any other path with a problem document, as a request there is answered."""
    problem = of_status(404, "No WebSocket is at this path; /ws/draw/{category} is one.", websocket.scope["path"])
    await websocket.send_denial_response(respond(problem))


class Session:
    """One WebSocket: what is drawn on it now, and what comes next."""

    def __init__(self, websocket: WebSocket, service: Service, category: str) -> None:
        self._websocket = websocket
        self._service = service
        self._category = category  # of the last drawing
        self._now: Live | None = None
        self._next: Live | None = None
        self._stirred = asyncio.Event()  # the client said something
        self._slips = 0
        self._client = client_name(websocket)
        self._patience = Patience(service.settings.send_timeout)  # with a client that takes nothing
        self._silence = Patience(service.settings.idle_timeout)  # of a client for which nothing is drawn
        self._guesser = Guesser(service, websocket.scope["path"], self._send)

    async def begin(self, wish: LiveQuery, category: str) -> None:
        """Draw this next, and end what is drawn now. Raises what makes that impossible; then nothing changes."""
        wish.check()
        given = wish if isinstance(wish, messages.Draw) else None
        [wanted], fitted = await order(self._service, self._websocket, category, wish, given=given)
        path = self._websocket.scope["path"]
        had = wish.had_of(wanted.network.card)
        live = Live(
            self._service, self._client, wanted, wish.pace, path=path, fitted=fitted, belief=wish.belief, had=had
        )
        self._category = category
        if self._next is not None:
            self._next.close()
        if self._now is not None:
            self._now.stop()
        self._next = live

    async def serve(self) -> None:
        """Send and listen until one of them ends; then free every place."""
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._websocket.accept()
            self._service.draining.sockets.add(self)
            tasks = [asyncio.create_task(work()) for work in (self._write, self._listen, self._guesser.run)]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass
        finally:
            self._service.draining.sockets.discard(self)
            for live in (self._now, self._next):
                if live is not None:
                    live.close()
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
            self._patience.close()
            self._silence.close()

    def service_ends(self) -> None:
        """Close it, once nothing is drawn on it."""
        self._stirred.set()

    async def _write(self) -> None:
        """Send one drawing after the other, until there is no next, or the service ends in the middle."""
        while (live := await self._wished()) is not None:
            self._now, self._next = live, None
            try:
                async for message in live.messages():
                    if not await self._send(message):
                        return
            except ShuttingDown:
                await self._close(RESTART, f"{AGAIN} and draw with {live.how_to_go_on()}")
                return
            live.close()
            self._now = None

    async def _wished(self) -> Live | None:
        """The next drawing, for which it waits, but not for ever; None where the socket is closed instead."""
        while self._next is None:
            if self._service.draining.begun:
                await self._close(RESTART, AGAIN)
                return None
            self._stirred.clear()
            try:
                with self._silence:
                    await self._stirred.wait()
            except TimeoutError:
                await self._close(NORMAL, "idle")
                return None
        return self._next

    async def _listen(self) -> None:
        """Do what the client says; close on one that makes no sense too often."""
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                text = message.get("text")
                if text is None:
                    raise Invalid([("message", "Should be text, not binary")])
                await self._follow(messages.parse(text))
            except ShuttingDown:  # what was drawn before is not wanted any more
                await self._close(RESTART, AGAIN)
                return
            except AppError as error:
                self._slips += isinstance(error, Invalid)
                if self._slips > SLIPS:
                    await self._close(POLICY, "too many messages that make no sense")
                    return
                if not await self._send(messages.refusal(error, self._websocket.scope["path"])):
                    return
            self._stirred.set()

    async def _follow(self, command: messages.Command) -> None:
        match command:
            case messages.Draw():
                await self.begin(command, self._category if command.category is None else command.category)
            case messages.Stop():
                if self._now is not None:
                    self._now.stop()
            case messages.Change():
                if self._now is not None:
                    self._now.change(command.temp_xy, command.temp_p, command.pace)
            case messages.Guess():
                self._guesser.ask(command)

    async def _send(self, message: bytes) -> bool:
        """Send; False where the socket is closed, or the client takes nothing for too long, for which it is closed."""
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            return False  # by the other task
        try:
            with self._patience:
                await self._websocket.send_text(message.decode())
        except TimeoutError:
            await self._close(TRY_LATER, "too slow")
            return False
        return True

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._websocket.application_state is WebSocketState.CONNECTED:
                    await self._websocket.close(code, reason)
        except TimeoutError:
            pass  # it still takes nothing: the server drops the connection when we return


def _query(websocket: WebSocket) -> SocketQuery:
    check_parameters(websocket, list(SocketQuery.model_fields))
    try:
        return SocketQuery.model_validate(dict(websocket.query_params))
    except ValidationError as error:
        raise invalid([{**item, "loc": ("query", *item["loc"])} for item in error.errors()]) from None
