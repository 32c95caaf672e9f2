"""Drawing in this process. What is asked goes to the service's own application, through no port.

So every form, parameter and message is the service's, and the same seed gives the same drawing. It is made, with
PyTorch and the checkpoints, at the first call.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from httpx2 import ASGITransport, AsyncByteStream, BaseTransport, ByteStream, Request, Response

from inkstream.client import Client

if TYPE_CHECKING:
    from app.settings import Settings

MOST = 1024  # drawings of one call
SEVERAL = 64  # that each of them may be chosen from
LARGEST = 2**26  # bytes of a drawing that is given
SECONDS = 600.0  # for a call: nobody else waits

T = TypeVar("T")


class InProcess(BaseTransport):
    """Answers requests by an application in this process, which it makes at the first of them."""

    def __init__(self, settings: "Settings | None" = None) -> None:
        """`settings`: those of the environment without its limits, unless they are given."""
        self._settings = settings
        self._lock = Lock()
        self._application: Application | None = None

    def handle_request(self, request: Request) -> Response:
        """The answer, whole. Raises SettingsError where the first one finds the environment wrong."""
        with self._lock:
            if self._application is None:
                self._application = Application(self._settings)
        return self._application.answer(request)

    def close(self) -> None:
        """Stop the application, and let go of its checkpoints; another request makes another."""
        with self._lock:
            if self._application is not None:
                self._application.close()
                self._application = None


class Application:
    """The service's application in the event loop of a thread of its own.

    The thread is a daemon: a program that never closes this ends all the same.
    """

    def __init__(self, settings: "Settings | None") -> None:
        from app.application import create_app  # noqa: PLC0415 - it imports PyTorch, which takes seconds
        from app.errors import NotReady  # noqa: PLC0415 - the same package
        from app.settings import read_settings  # noqa: PLC0415 - the same package

        app = create_app(without_limits(read_settings()) if settings is None else settings)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="inkstream", daemon=True)
        self._thread.start()
        self._life = app.router.lifespan_context(app)
        self._run(self._life.__aenter__())
        self._transport = ASGITransport(app)
        with suppress(NotReady):  # the answer will say why
            self._run(app.state.service.library.catalogue())

    def answer(self, request: Request) -> Response:
        """The answer, whole."""
        return self._run(_answer(self._transport, request))

    def close(self) -> None:
        """Stop it, and end the thread."""
        self._run(self._life.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _answer(application: ASGITransport, request: Request) -> Response:
    """The answer with its body, compressed if the application did so: whoever reads it knows by the headers."""
    response = await application.handle_async_request(request)
    assert isinstance(response.stream, AsyncByteStream)
    return Response(
        response.status_code,
        headers=response.headers,
        stream=ByteStream(b"".join([part async for part in response.stream])),
    )


def without_limits(settings: "Settings") -> "Settings":
    """Settings without what protects a service from its clients, and without what draws for them ahead."""
    return settings.model_copy(
        update={
            "api_keys": (),
            "client_share": 1.0,
            "deadline": SECONDS,
            "hosts": ("*",),
            "key_rate_limit": "",
            "max_count": MOST,
            "max_message": LARGEST,
            "pool_size": 0,
            "preload": 0,
            "queue_limit": MOST * SEVERAL,
            "rate_limit": "",
            "redis_url": "",
            "writable_checkpoints": "refuse" if settings.writable_checkpoints == "refuse" else "allow",
        }
    )


HERE = Client("http://localhost", transport=InProcess(), timeout=None, retries=0)

between = HERE.between
categories = HERE.categories
complete = HERE.complete
draw = HERE.draw
like = HERE.like
recognise = HERE.recognise
