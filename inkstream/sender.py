"""Sends calls to a service and reads its answers. Where it is too busy, a call is tried again when the service says."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import orjson
from httpx2 import (
    URL,
    AsyncBaseTransport,
    AsyncClient,
    BaseTransport,
    Client,
    HTTPError,
    InvalidURL,
    Response,
    TimeoutException,
)
from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from inkstream import answers
from inkstream.calls import Call
from inkstream.errors import Busy, Problem, ServiceError, Unreachable, problem_from
from inkstream.live import Patience, Point, Reader, address

KEY_HEADER = "X-API-Key"
SECONDS = 60.0  # for an answer: twice what a service gives a drawing unless it is set otherwise
RETRIES = 2
JSON = "application/json"
MOST_PORT = 65535
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


def address_of(url: str) -> str:
    """The address of a service, its scheme in small letters. Raises ValueError for what can be none."""
    try:
        parts = URL(url)
        parts.host.encode("idna")
        is_one = parts.scheme in ("http", "https") and parts.host and (parts.port or 0) <= MOST_PORT
        if is_one and not parts.query and not parts.fragment:
            return str(parts)
    except (InvalidURL, UnicodeError):
        pass
    raise ValueError(f"{url!r} is no address of a service, such as http://localhost:8000")


def headers_of(key: str | None) -> dict[str, str]:
    """What every call brings. Raises ValueError, which does not repeat the key, for what can be none."""
    if key is not None and (not key.isascii() or not key.isprintable() or key != key.strip()):
        raise ValueError("An API key has no line end, no space at its ends, and no letters beyond ASCII")
    return {} if key is None else {KEY_HEADER: key}


def written(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """How httpx sends a body: as JSON, arrays too. Raises TypeError for what JSON cannot hold."""
    if body is None:
        return {}
    return {"content": orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), "headers": {"Content-Type": JSON}}


def body_of(response: Response, call: Call) -> bytes:
    """The body of an answer. Raises Problem, or Unreachable where it is no service's of ours.

    A page to log in at, of a network or a proxy, comes with status 200.
    """
    if response.status_code < 300:
        if _is_asked(response, call):
            return response.content
        raise Unreachable(_foreign(response))
    raise _refusal(response.content, response.headers.get("Retry-After")) or Unreachable(_foreign(response))


def _is_asked(response: Response, call: Call) -> bool:
    """Whether the body has the form that was asked for; each media type of ours holds the name of its form."""
    kind, form = response.headers.get("Content-Type", "").partition(";")[0], call.query.get("format", "json")
    if form != "json":
        return form in kind
    try:
        if call.answer is not None:
            answers.read(call.answer, response.content)
    except ValueError:
        return False
    return kind == JSON


def _foreign(response: Response) -> str:
    leads = f", which leads to {response.headers['Location']}" if response.has_redirect_location else ""
    return f"{response.url} answered {response.status_code}{leads}, and not as Inkstream does."


def _refusal(body: bytes | bytearray, retry_after: str | None = None) -> Problem | None:
    try:
        return problem_from(answers.read(answers.ProblemAnswer, body), retry_after)
    except ValueError:
        return None


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
            refused = _refusal(error.response.body or b"", error.response.headers.get("Retry-After"))
            return refused or _unasked(url, error)
    return _unasked(url, error)


def _unasked(url: str, error: Exception) -> Unreachable:
    late = isinstance(error, TimeoutError | TimeoutException)
    return Unreachable(f"{url} cannot be asked: {'timed out' if late else str(error) or type(error).__name__}")


def _soon(error: BaseException) -> bool:
    return isinstance(error, Busy) and error.soon


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the service says."""
    error = None if state.outcome is None else state.outcome.exception()
    return error.retry_after if isinstance(error, Busy) else 0.0
