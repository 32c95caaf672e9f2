"""The one thread that owns the device. Each turn it schedules, runs and settles.

Drawings join and leave a running batch at any turn. Each one ends: finished, cut off, cancelled, late, failed with
its batch, or at shutdown; its place is free at that moment.
"""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Hashable, Sequence
from math import inf

import torch

from app.engine.alarm import Alarm
from app.engine.delivery import Delivery
from app.engine.device import Device
from app.engine.hang import LOOK_SECONDS
from app.engine.job import NOTHING, DrawingJob, End, first_ends
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduling.job import GONE
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.scheduler import Batch, Scheduler
from app.engine.stream import Stream
from app.errors import AppError, DecodingFailed, QueueFull, ShuttingDown, TooLate
from model.drawing import Drawing
from model.strokes import Array

Parcel = tuple[DrawingJob, Array, End | None]  # rows for the reader of a drawing

log = logging.getLogger(__name__)


class Engine:
    """Draws in its own thread. `start` it in the event loop that awaits its drawings, `close` it when done."""

    def __init__(
        self, *, threads: int, limits: Limits, deadline: float, metrics: Metrics, device: Device | None = None
    ) -> None:
        """`device`: what decodes, if it is not the one of the networks."""
        self._threads = threads
        self._deadline = deadline
        self._metrics = metrics
        self._scheduler: Scheduler[DrawingJob] = Scheduler(limits)
        metrics.waiting.set_function(lambda: self._scheduler.waiting)
        metrics.running.set_function(lambda: self._scheduler.running)
        metrics.parked.set_function(lambda: self._scheduler.parked)
        self._device = device or Device(metrics)
        self._parcels: list[Parcel] = []  # not sent yet
        self._gone: list[DrawingJob] = []  # of which the device does not know yet
        self._lock = threading.RLock()  # guards the scheduler, both lists and the flags
        self._changed = threading.Condition(self._lock)
        self._draining = self._closed = self._hangs = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: Alarm | None = None  # for who is late while the thread is busy with a long turn
        self._thread = threading.Thread(target=self._main, name="engine", daemon=True)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "draining" if self._draining else "open"
        return f"<Engine {state}, {self._scheduler!r}>"

    def start(self) -> None:
        """Start the thread; drawings are handed to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._alarm = Alarm(self._loop, self._expire)
        self._loop.call_later(LOOK_SECONDS, self._look)
        self._thread.start()

    def drain(self) -> None:
        """Take nothing new; what waits and runs goes on."""
        with self._lock:
            self._draining = True

    def is_idle(self) -> bool:
        """Whether there is no drawing that somebody waits for."""
        return not self._scheduler.count

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be drawn any more, because the GPU failed, or hangs."""
        return self._device.lost or self._hangs

    def give_up(self, why: str = "The service is shutting down.") -> None:
        """Fail what waits and runs with ShuttingDown; its readers are told at once."""
        with self._lock:
            self._fail(self._scheduler.clear(), ShuttingDown(why))

    def close(self) -> None:
        """Fail what waits and runs with ShuttingDown, and end the thread. Blocks for a turn, unless that hangs."""
        with self._lock:
            self._draining = self._closed = True
            self.give_up()
            self._changed.notify()
        if not self._hangs:
            self._thread.join()

    def open(self, requests: Sequence[DrawRequest], delivery: Delivery) -> list[Stream]:
        """A stream for each request, all of them or none. Raises QueueFull or ShuttingDown."""
        now = time.monotonic()
        deadline = inf if delivery.spare else now + self._deadline
        streams = [
            Stream(self, request, refill=delivery.refill and delivery.window is not None) for request in requests
        ]
        for stream in streams:
            stream.job = DrawingJob(stream.request, stream.deliver, delivery, since=now, deadline=deadline)
        with self._lock:
            if self._draining:
                raise ShuttingDown("The service is shutting down.")
            self._add([stream.job for stream in streams])
            self._changed.notify()
        assert self._alarm is not None
        self._alarm.set(deadline)
        return streams

    async def draw(
        self, requests: Sequence[DrawRequest], *, spare: bool = False, owner: Hashable = None
    ) -> list[Drawing]:
        """The drawings that are asked for. Raises QueueFull, TooLate, DecodingFailed or ShuttingDown."""
        streams = self.open(requests, Delivery.in_spare_time() if spare else Delivery.whole(len(requests), owner=owner))
        try:
            return [await stream.whole() for stream in streams]
        finally:
            for stream in streams:
                stream.close()

    def cancel(self, job: DrawingJob) -> None:
        """Free the place of a drawing that nobody reads any more; it is not decoded beyond this turn."""
        with self._lock:
            if self._scheduler.remove(job):
                self._gone.append(job)
                self._metrics.drawings.labels("cancelled").inc()
                self._changed.notify()  # somebody may wait for the slot

    def grant(self, job: DrawingJob, steps: int) -> None:
        """Room for so many more steps of a drawing."""
        with self._lock:
            self._scheduler.grant(job, steps)
            self._changed.notify()

    def _add(self, jobs: Sequence[DrawingJob]) -> None:
        if jobs and jobs[0].spare:
            self._scheduler.add_spare(jobs)
            return
        if not self._scheduler.can_add(len(jobs)):
            raise QueueFull(
                f"{self._scheduler.waiting} drawings wait for a slot and {self._scheduler.parked} for their readers; "
                f"there is no room for {len(jobs)} more."
            )
        self._scheduler.add(jobs)

    def _main(self) -> None:
        torch.set_num_threads(self._threads)  # counts for the calling thread only
        while self._has_work():
            try:
                self._turn()
            except Exception:  # a fault of ours: nobody is to wait for ever because of it
                log.exception("a turn failed")
                with self._lock:
                    self._fail(self._scheduler.clear(), DecodingFailed("The engine failed; the log says why."))
                self._device.reset()

    def _has_work(self) -> bool:
        """Wait for some; False when closed."""
        with self._lock:
            while not (self._closed or self._scheduler.has_work()):
                self._send()
                self._changed.wait()
            if self._closed:
                self._send()
            return not self._closed

    def _turn(self) -> None:
        started = time.monotonic()
        batches = self._schedule()
        for batch in batches:
            try:
                drawn = self._device.run(batch, self._send)
            except DecodingFailed as error:
                if self._device.lost:
                    self._lose()
                    return
                with self._lock:
                    self._fail([job for job in batch.jobs if self._scheduler.remove(job)], error)
            else:
                self._settle(batch, drawn)
        if batches and not batches[0].jobs[0].spare:
            self._scheduler.observe(time.monotonic() - started, max(batch.steps[0] for batch in batches))

    def _look(self) -> None:
        """See, in the event loop, whether the thread gets no answer from its GPU any more."""
        assert self._loop is not None
        if self._device.watch.hangs():
            self._hangs = True
            self._lose()
        elif not self._closed:
            self._loop.call_later(LOOK_SECONDS, self._look)

    def _lose(self) -> None:
        """Take nothing any more, and send all readers elsewhere."""
        how = "hangs" if self._hangs else "failed"
        log.critical("the GPU %s, and draws nothing any more: this process has to end", how)
        with self._lock:
            self._draining = True
            self.give_up("The GPU failed, and the service ends.")

    def _schedule(self) -> list[Batch[DrawingJob]]:
        """Give up what is late, hand free slots to those who wait, and plan the turn."""
        self._expire()
        with self._lock:
            gone, self._gone = self._gone, []
        self._device.tidy(gone)  # before the plan: who goes after it may have a turn still
        with self._lock:
            now = time.monotonic()
            for job in self._scheduler.admit():
                if not job.done:
                    self._metrics.queue_wait.observe(now - job.since)
            batches = self._scheduler.plan()
            self._scheduler.begin(batches)
            return batches

    def _settle(self, batch: Batch[DrawingJob], drawn: Sequence[Array]) -> None:
        """Hand out the rows [k, 5] of each drawing of a batch, and free the slots of those that have ended."""
        parcels: list[Parcel] = []
        now, ended, points = time.monotonic(), Counter[str](), 0
        ends = first_ends(drawn)
        with self._lock:
            for job, its, first_end in zip(batch.jobs, drawn, ends, strict=True):
                steps = len(its)
                if job.place is GONE or not steps:  # cancelled meanwhile, or it still reads
                    continue
                rows, end = job.take(its, first_end)
                parcels.append((job, rows, end))
                points += len(rows)
                if not job.done and not job.spare:
                    self._metrics.first_point.observe(now - job.since)
                    job.deadline = inf if job.live else job.deadline
                self._scheduler.took(job, steps)
                if end is not None:
                    ended[end.reason] += 1
                    self._scheduler.remove(job)
                    self._gone.append(job)
            self._parcels += parcels
        for reason, count in ended.items():
            self._metrics.drawings.labels(reason).inc(count)
        self._metrics.points.inc(points)

    def _expire(self) -> float:
        """Give up what is late; the next deadline."""
        with self._lock:
            late = self._scheduler.expire(time.monotonic())
            if late:
                self._fail(late, TooLate(f"The drawing was not ready within {self._deadline:g} seconds."))
            return self._scheduler.next_deadline()

    def _fail(self, jobs: Sequence[DrawingJob], error: AppError) -> None:
        """Tell the readers of removed jobs, after what they have still to get."""
        self._metrics.drawings.labels("error").inc(len(jobs))
        self._gone += jobs
        self._parcels += [(job, NOTHING, End("error", error)) for job in jobs]
        self._send()

    def _send(self) -> None:
        """Hand what lies ready to the event loop: all in one call, because each wakes it up.

        The thread does so when it is about to leave Python alone for a while. The loop has then time for the messages,
        and neither waits for the other to be done with Python.
        """
        with self._lock:
            if self._parcels:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(_hand_out, self._parcels)
                self._parcels = []


def _hand_out(parcels: Sequence[Parcel]) -> None:
    for job, rows, end in parcels:
        job.sink(rows, end)
