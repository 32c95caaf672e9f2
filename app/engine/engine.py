"""The one thread that owns the device. Each turn it schedules, runs and settles.

Drawings join and leave a running batch at any turn. Each one ends: finished, cut off, cancelled, late, failed with
its batch, or at shutdown; its place is free at that moment.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from math import inf
from typing import TypeVar, cast

import torch

from app.engine.device import Device
from app.engine.job import DrawingJob, End
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduler import ENDLESS, Batch, Job, Limits, Place, Scheduler
from app.engine.stream import NOTHING, Stream
from app.errors import AppError, DecodingFailed, QueueFull, ShuttingDown, TooLate
from model.decode import Drawing
from model.strokes import Array

T = TypeVar("T")
Parcel = tuple[DrawingJob, Array, End | None]  # rows for the reader of a drawing

log = logging.getLogger(__name__)

TIMER_SLACK = 0.01  # timers of event loops may fire some milliseconds early


class Engine:
    """Draws in its own thread. `start` it in the event loop that awaits its drawings, `close` it when done."""

    def __init__(self, *, threads: int, limits: Limits, deadline: float, metrics: Metrics) -> None:
        self._threads = threads
        self._deadline = deadline
        self._metrics = metrics
        self._scheduler = Scheduler(limits)
        metrics.waiting.set_function(lambda: self._scheduler.waiting)
        metrics.running.set_function(lambda: self._scheduler.running)
        self._device = Device(metrics)
        self._work: deque[Callable[[], None]] = deque()
        self._parcels: list[Parcel] = []  # not sent yet
        self._changed = threading.Condition()  # guards the scheduler, the work, the parcels and the two flags
        self._draining = self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._main, name="engine", daemon=True)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "draining" if self._draining else "open"
        return f"<Engine {state}, {self._scheduler!r}>"

    def start(self) -> None:
        """Start the thread; drawings are handed to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def drain(self) -> None:
        """Take nothing new; what waits and runs goes on."""
        with self._changed:
            self._draining = True

    def is_idle(self) -> bool:
        """Whether no drawing waits or runs."""
        return not self._scheduler.waiting and not self._scheduler.running

    def close(self) -> None:
        """Fail what waits and runs with ShuttingDown, and end the thread. Blocks for a turn."""
        with self._changed:
            self._draining = self._closed = True
            self._fail(self._scheduler.clear(), ShuttingDown("The service is shutting down."))
            self._changed.notify()
        self._thread.join()

    def open(
        self,
        requests: Sequence[DrawRequest],
        *,
        live: bool = False,
        window: int | None = None,
        burst: int = ENDLESS,
        refill: bool = True,
        belief: bool = False,
        spare: bool = False,
    ) -> list[Stream]:
        """A stream for each request, all of them or none. Raises QueueFull or ShuttingDown.

        `live`: the deadline is that of the first rows. `window`: a drawing stops while so many rows are unread, or,
        without `refill`, until it is granted more. `burst`: the most rows at a time. `belief`: rows come one at a
        time, with what each was drawn from. `spare`: they are decoded while nobody else has a use for the device,
        however long that takes.
        """
        now = time.monotonic()
        streams = [Stream(self, request, refill=refill and window is not None) for request in requests]
        for stream in streams:
            stream.job = DrawingJob(
                stream.request,
                stream.deliver,
                since=now,
                deadline=inf if spare else now + self._deadline,
                live=live,
                credit=ENDLESS if window is None else window,
                burst=burst,
                belief=belief,
                spare=spare,
            )
        with self._changed:
            if self._draining:
                raise ShuttingDown("The service is shutting down.")
            self._add([stream.job for stream in streams])
            self._changed.notify()
        if not spare:
            assert self._loop is not None
            self._loop.call_later(self._deadline + TIMER_SLACK, self._expire)  # the thread may be busy with a long turn
        return streams

    async def draw(self, requests: Sequence[DrawRequest], *, spare: bool = False) -> list[Drawing]:
        """The drawings that are asked for. Raises QueueFull, TooLate, DecodingFailed or ShuttingDown."""
        streams = self.open(requests, spare=spare)
        try:
            return [await stream.whole() for stream in streams]
        finally:
            for stream in streams:
                stream.close()

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` in the engine's thread before its next turn. Raises what it raises, or ShuttingDown."""
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise ShuttingDown("The service is shutting down.")
            self._work.append(lambda: _keep(future, work))
            self._changed.notify()
        return await asyncio.wrap_future(future)

    def cancel(self, job: DrawingJob) -> None:
        """Free the place of a drawing that nobody reads any more; it is not decoded beyond this turn."""
        with self._changed:
            if self._scheduler.remove(job):
                self._metrics.drawings.labels("cancelled").inc()
                self._changed.notify()  # somebody may wait for the slot

    def grant(self, job: DrawingJob, steps: int) -> None:
        """Room for so many more steps of a drawing."""
        with self._changed:
            job.credit += steps
            self._changed.notify()

    def _add(self, jobs: Sequence[DrawingJob]) -> None:
        if jobs and jobs[0].spare:
            self._scheduler.add_spare(jobs)
            return
        if not self._scheduler.can_add(len(jobs)):
            raise QueueFull(f"{self._scheduler.waiting} drawings wait, and there is no room for {len(jobs)} more.")
        self._scheduler.add(jobs)

    def _main(self) -> None:
        torch.set_num_threads(self._threads)  # counts for the calling thread only
        while self._has_work():
            try:
                self._turn()
            except Exception:  # a fault of ours: nobody is to wait for ever because of it
                log.exception("a turn failed")
                with self._changed:
                    self._fail(self._scheduler.clear(), DecodingFailed("The engine failed; the log says why."))

    def _has_work(self) -> bool:
        """Wait for some, do what `run` was given; False when closed."""
        with self._changed:
            while not (self._closed or self._work or self._scheduler.has_work()):
                self._send()
                self._changed.wait()
            work = list(self._work)
            self._work.clear()
            if work or self._closed:
                self._send()
        for each in work:
            each()
        return not self._closed

    def _turn(self) -> None:
        started = time.monotonic()
        batches = self._schedule()
        for batch in batches:
            try:
                drawn = self._device.run(batch, self._send)
            except DecodingFailed as error:
                with self._changed:
                    self._fail([job for job in batch.jobs if self._scheduler.remove(job)], error)
            else:
                self._settle(batch, drawn)
        if batches and not batches[0].jobs[0].spare:
            self._scheduler.observe(time.monotonic() - started, max(batch.steps for batch in batches))

    def _schedule(self) -> list[Batch]:
        """Give up what is late, hand free slots to those who wait, and plan the turn."""
        self._expire()
        self._device.tidy()
        with self._changed:
            now = time.monotonic()
            for job in self._scheduler.admit():
                self._metrics.queue_wait.observe(now - cast("DrawingJob", job).since)
            return self._scheduler.plan()

    def _settle(self, batch: Batch, drawn: Array | None) -> None:
        """Hand out the rows [steps, n, 5] of a batch, and free the slots of drawings that have ended."""
        parcels: list[Parcel] = []
        now = time.monotonic()
        with self._changed:
            for i, job in enumerate(cast("Sequence[DrawingJob]", batch.jobs)):
                if job.place is Place.GONE:  # cancelled meanwhile
                    continue
                if drawn is None:
                    job.begin()
                    continue
                parcels.append((job, *job.take(drawn[:, i])))
                if not job.done and not job.spare:
                    self._metrics.first_point.observe(now - job.since)
                    job.deadline = inf if job.live else job.deadline
                self._scheduler.took(job, batch.steps)
                if (end := parcels[-1][2]) is not None:
                    self._metrics.drawings.labels(end.reason).inc()
                    self._scheduler.remove(job)
            self._parcels += parcels
        self._metrics.points.inc(sum(len(rows) for _, rows, _ in parcels))

    def _expire(self) -> None:
        with self._changed:
            late = self._scheduler.expire(time.monotonic())
            self._fail(late, TooLate(f"The drawing was not ready within {self._deadline:g} seconds."))

    def _fail(self, jobs: Sequence[Job], error: AppError) -> None:
        """Tell the readers of removed jobs, after what they have still to get."""
        self._metrics.drawings.labels("error").inc(len(jobs))
        self._parcels += [(cast("DrawingJob", job), NOTHING, End("error", error)) for job in jobs]
        self._send()

    def _send(self) -> None:
        """Hand what lies ready to the event loop: all in one call, because each wakes it up.

        The thread does so when it is about to leave Python alone for a while. The loop has then time for the messages,
        and neither waits for the other to be done with Python.
        """
        with self._changed:
            if self._parcels:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(_hand_out, self._parcels)
                self._parcels = []


def _hand_out(parcels: Sequence[Parcel]) -> None:
    for job, rows, end in parcels:
        job.sink(rows, end)


def _keep(future: Future[T], work: Callable[[], T]) -> None:
    """Give the future what `work` returns or raises, unless nobody waits for it any more."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - its caller must be answered and the thread go on
        future.set_exception(error)
