"""The one thread that owns the device: it decodes one drawing at a time, off the event loop.

Requests wait in a bounded queue. Each one ends: with its drawing, with an error, at its deadline, when its client
goes, or at shutdown; one that ends while it waits leaves the queue at once.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import torch

from app.errors import QueueFull, ShuttingDown, TooLate
from model.checkpoint import Checkpoint
from model.decode import Drawing, draw

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One drawing to decode: by which checkpoint, from which seed, how hot."""

    checkpoint: Checkpoint
    seed: int
    temp_xy: float
    temp_p: float


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


def decode(request: DrawRequest, max_points: int | None = None) -> Drawing:
    """The drawing that a request asks for, cut off after `max_points` (the card's, where None)."""
    checkpoint = request.checkpoint
    [drawing] = draw(
        checkpoint.module,
        [request.seed],
        temp_xy=request.temp_xy,
        temp_p=request.temp_p,
        max_points=max_points or checkpoint.card.max_points,
        device=checkpoint.device,
    )
    return drawing


class Engine:
    """Runs work in its own thread; `start` before use, `close` when done."""

    def __init__(self, *, threads: int, queue_limit: int, deadline: float) -> None:
        self._threads = threads
        self._queue_limit = queue_limit
        self._deadline = deadline
        self._waiting: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="engine", daemon=True)

    def __repr__(self) -> str:
        state = "closed" if self._closing else "open"
        return f"<Engine {state}, {len(self._waiting)} waiting>"

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Fail what still waits with ShuttingDown, finish what runs, end the thread. Blocks until then."""
        with self._changed:
            self._closing = True
            left = list(self._waiting)
            self._waiting.clear()
            self._changed.notify()
        for job in left:
            _settle(job, _refuse)
        self._thread.join()

    async def draw(self, request: DrawRequest) -> Drawing:
        """The drawing that a request asks for. Raises QueueFull, TooLate or ShuttingDown."""
        job = _Job(partial(decode, request))
        self._enqueue(job, self._queue_limit)
        try:
            async with asyncio.timeout(self._deadline):
                drawing: Drawing = await asyncio.wrap_future(job.future)
                return drawing
        except TimeoutError:
            raise TooLate(f"The drawing was not ready within {self._deadline:g} seconds.") from None
        finally:
            self._forget(job)

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` in the engine's thread, after what waits; neither the limit nor the deadline applies to it."""
        job = _Job(work)
        self._enqueue(job, None)
        result: T = await asyncio.wrap_future(job.future)
        return result

    def _enqueue(self, job: _Job, limit: int | None) -> None:
        with self._changed:
            if self._closing:
                _refuse()
            if limit is not None and len(self._waiting) >= limit:
                raise QueueFull(f"{limit} drawings wait already, which is the limit.")
            self._waiting.append(job)
            self._changed.notify()

    def _forget(self, job: _Job) -> None:
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _main(self) -> None:
        torch.set_num_threads(self._threads)  # counts for the calling thread only
        while (job := self._next()) is not None:
            _settle(job, job.work)


def _settle(job: _Job, work: Callable[[], Any]) -> None:
    """Give the job's future what `work` returns or raises, unless nobody waits for it any more."""
    if not job.future.set_running_or_notify_cancel():
        return
    try:
        job.future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - a request must end and the thread go on, whatever was raised
        job.future.set_exception(error)


def _refuse() -> None:
    raise ShuttingDown("The service is shutting down.")
