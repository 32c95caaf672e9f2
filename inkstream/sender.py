"""Sends calls to a service and reads its answers. Where it is too busy, a call is tried again when the service says."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from httpx2 import (
    AsyncBaseTransport,
    AsyncClient,
    BaseTransport,
    Client,
    HTTPError,
    InvalidURL,
    TimeoutException,
)
from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from inkstream.calls import Call
from inkstream.errors import Busy, ServiceError, Unreachable
from inkstream.live import Patience, Point, Reader, address
from inkstream.wire import address_of, body_of, headers_of, refusal, shown, written

SECONDS = 60.0  # for an answer: twice what a service gives a drawing unless it is set otherwise
RETRIES = 2
CUT_OFF = "The connection was lost before the drawing had ended."


class Sender:
    """Sends calls, one after the other or from several threads."""

    def __init__(
        self, url: str, key: str | None, timeout: float | None, retries: int, transport: BaseTransport | None
    ) -> None:
        self._url, self._headers, self._timeout, self._retries = address_of(url), headers_of(key), timeout, retries
        self._http = Client(base_url=self._url, headers=self._headers, timeout=timeout, transport=transport)
        self._retrying = Retrying(
            retry=retry_if_exception(_soon), wait=_wait, stop=stop_after_attempt(1 + retries), reraise=True
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, call: Call) -> bytes:
        """The body of the answer. Raises ServiceError."""
        return self._retrying(self._send, call)

    def stream(self, call: Call) -> Iterator[Point]:
        """The points of a drawing as they are drawn, by another connection where one is lost. Raises ServiceError."""
        reader = Reader(call)
        patience = Patience(reader, self._retries)
        while not reader.over:
            try:
                with connect(
                    address(self._url, reader.call), additional_headers=self._headers, open_timeout=self._timeout
                ) as socket:
                    while not reader.over:
                        yield from reader.read(socket.recv(self._timeout))
            except (Busy, OSError, WebSocketException) as error:
                time.sleep(_pause(patience, error, self._url))

    def _send(self, call: Call) -> bytes:
        try:
            response = self._http.request(call.method, call.path, params=call.query, **written(call.body))
        except (HTTPError, InvalidURL) as error:
            raise _unasked(self._url, error) from error
        return body_of(response, call)


class AsyncSender:
    """The same, to be awaited."""

    def __init__(
        self, url: str, key: str | None, timeout: float | None, retries: int, transport: AsyncBaseTransport | None
    ) -> None:
        self._url, self._headers, self._timeout, self._retries = address_of(url), headers_of(key), timeout, retries
        self._http = AsyncClient(base_url=self._url, headers=self._headers, timeout=timeout, transport=transport)
        self._retrying = AsyncRetrying(
            retry=retry_if_exception(_soon), wait=_wait, stop=stop_after_attempt(1 + retries), reraise=True
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, call: Call) -> bytes:
        """The body of the answer. Raises ServiceError."""
        return await self._retrying(self._send, call)

    async def stream(self, call: Call) -> AsyncIterator[Point]:
        """The points of a drawing as they are drawn, by another connection where one is lost. Raises ServiceError."""
        reader = Reader(call)
        patience = Patience(reader, self._retries)
        while not reader.over:
            try:
                async with connect_async(
                    address(self._url, reader.call), additional_headers=self._headers, open_timeout=self._timeout
                ) as socket:
                    while not reader.over:
                        async with asyncio.timeout(self._timeout):
                            message = await socket.recv()
                        for point in reader.read(message):
                            yield point
            except (Busy, OSError, WebSocketException) as error:
                await asyncio.sleep(_pause(patience, error, self._url))

    async def _send(self, call: Call) -> bytes:
        try:
            response = await self._http.request(call.method, call.path, params=call.query, **written(call.body))
        except (HTTPError, InvalidURL) as error:
            raise _unasked(self._url, error) from error
        return body_of(response, call)


def _pause(patience: Patience, error: Exception, url: str) -> float:
    """Seconds until the rest of a drawing is asked for. Raises what went wrong, where nothing more will come."""
    failure = _socket_error(error, url)
    if (wait := patience.wait(failure)) is None:
        raise failure from error
    return wait


def _socket_error(error: Exception, url: str) -> ServiceError:
    match error:
        case Busy():
            return error
        case ConnectionClosed():
            return Unreachable(CUT_OFF)
        case InvalidStatus():
            refused = refusal(error.response.body or b"", error.response.headers.get("Retry-After"))
            return refused or _unasked(url, error)
    return _unasked(url, error)


def _unasked(url: str, error: Exception) -> Unreachable:
    late = isinstance(error, TimeoutError | TimeoutException)
    return Unreachable(f"{shown(url)} cannot be asked: {'timed out' if late else str(error) or type(error).__name__}")


def _soon(error: BaseException) -> bool:
    return isinstance(error, Busy) and error.soon


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the service says."""
    error = None if state.outcome is None else state.outcome.exception()
    return error.retry_after if isinstance(error, Busy) else 0.0
