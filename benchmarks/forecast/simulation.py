"""A process of the service, simulated by SimPy: event loop, engine with the real scheduler, the core that they share.

Open arrivals of whole drawings, and streams with a pace. The scheduler is `app.engine.scheduling` itself, driven by the
clock of the simulation, and `app.routes.pacer` itself says what a message holds, so a forecast follows what the service
does.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import partial
from itertools import groupby

import simpy
from simpy.events import Event, ProcessGenerator

from app.engine.delivery import FRAMES, GRANT
from app.engine.scheduling.job import ENDLESS
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.scheduler import Batch, Scheduler
from app.routes.pacer import TICK, Pacer
from benchmarks.forecast.core import Core
from benchmarks.forecast.costs import Costs
from benchmarks.forecast.simulated import Seen, Simulated
from benchmarks.forecast.speed import STEADY, Speed


class Process:
    """One process of the service in an environment of SimPy."""

    def __init__(
        self, env: simpy.Environment, costs: Costs, limits: Limits | None = None, speed: Speed = STEADY
    ) -> None:
        """`speed`: of the core, by the time of the environment."""
        self.seen = Seen(busy={"loop": 0.0, "engine": 0.0, "device": 0.0})
        self._env = env
        self._costs = costs
        self._scheduler: Scheduler[Simulated] = Scheduler(limits or _limits(costs))
        self._pacer = Pacer()
        self._core = Core(env, costs.host.slice)
        self._speed = speed
        self._tasks: deque[tuple[float, Callable[[], None]]] = deque()
        self._members: set[Simulated] = set()
        self._parcels: list[tuple[Simulated, int]] = []
        self._asked, self._added = env.event(), env.event()
        self.on_end: Callable[[Simulated], None] = lambda _: None
        env.process(self._loop())
        env.process(self._engine())

    def ask(self, length: int, pace: float | None = None) -> None:
        """Somebody asks for a drawing of so many steps, now."""
        burst = ENDLESS if pace is None else GRANT
        job = Simulated("network", burst=burst, length=length, since=self._env.now, pace=pace)
        self._do(self._costs.host.request / 2 if pace is None else 0.0, partial(self._open, job))

    def _open(self, job: Simulated) -> None:
        if not self._scheduler.can_add():
            self.seen.refused += 1
            return
        job.due = self._env.now
        if job.pace is not None:
            job.credit = job.granted = self._pacer.frame(job.pace)
            self._pacer.drawings.add(job)
        self._scheduler.add([job])
        self._wake()

    def _loop(self) -> ProcessGenerator:
        """One task after the other, as they come."""
        while True:
            while self._tasks:
                seconds, then = self._tasks.popleft()
                seconds *= self._speed.loop(self._env.now)
                self.seen.busy["loop"] += seconds
                yield self._core.work("loop", seconds)
                then()
            self._asked = self._env.event()
            yield self._asked

    def _do(self, seconds: float, then: Callable[[], None]) -> None:
        """Have the event loop do something after all that it has to do already."""
        self._tasks.append((seconds, then))
        if not self._asked.triggered:
            self._asked.succeed()

    def _engine(self) -> ProcessGenerator:
        """Turns as those of `app.engine.engine.Engine`."""
        while True:
            if not self._scheduler.has_work():
                self._hand_out()
                self._added = self._env.event()
                yield self._added
                continue
            started = self._env.now
            self._scheduler.admit()
            batches = self._scheduler.plan()
            self._scheduler.begin(batches)
            for batch in batches:
                yield from self._turn(batch)
            if batches:
                self._scheduler.observe(self._env.now - started, max(batch.steps[0] for batch in batches))

    def _wake(self) -> None:
        if not self._added.triggered:
            self._added.succeed()

    def _turn(self, batch: Batch[Simulated]) -> Generator[Event, None, None]:
        """What was decoded before is handed out first, as the engine does it before its long calls."""
        self._hand_out()
        slower = self._speed.engine(self._env.now)
        own, decoding = self._own(batch.jobs) * slower, self._decoding(batch.steps) * slower
        self.seen.busy["engine"] += own
        self.seen.busy["device"] += decoding
        yield self._core.work("engine", own + (decoding if self._costs.device.shared else 0.0))
        if not self._costs.device.shared:
            yield self._env.timeout(decoding)
        self.seen.batches.append((self._env.now, len(batch.jobs)))
        for job, steps in zip(batch.jobs, batch.steps, strict=True):
            self._parcels.append((job, min(steps, job.length - job.done)))
            self._scheduler.took(job, steps)
            if job.done >= job.length:
                self._scheduler.remove(job)
        self._members = {job for job in batch.jobs if job.done < job.length}

    def _own(self, jobs: Sequence[Simulated]) -> float:
        """Seconds of the engine's Python."""
        host = self._costs.host
        begun = sum(not job.done for job in jobs)
        joined = sum(job not in self._members for job in jobs) - begun
        return host.turn + host.seat * len(jobs) + host.begin * begun + host.join * joined

    def _decoding(self, steps: Sequence[int]) -> float:
        """Seconds of the device: all take as many steps as the last of them, the others then go on."""
        done, count, seconds = 0, len(steps), 0.0
        for until, some in groupby(reversed(steps)):
            seconds += (until - done) * self._costs.device.step_seconds(count)
            done, count = until, count - len(list(some))
        return seconds * self._costs.host.slower

    def _hand_out(self) -> None:
        """Rows reach the event loop all at once, and each reader in turn."""
        if not self._parcels:
            return
        host, parcels = self._costs.host, self._parcels
        self._parcels = []
        whole = sum(job.pace is None for job, _ in parcels)
        self._do(host.handout + host.parcel * whole, lambda: None)
        for job, rows in parcels:
            if job.pace is not None:
                job.unread += rows
                self._read(job)
            elif job.done >= job.length:
                self._do(host.request / 2, partial(self._answered, job))

    def _answered(self, job: Simulated) -> None:
        self.seen.answers.append((job.since, self._env.now - job.since + self._costs.host.away))
        self.on_end(job)

    def _read(self, job: Simulated) -> None:
        """Send a stream's first rows at once, others when all are there that it was granted: as `app.routes.live`."""
        least = job.granted - job.sent if job.sent else 1
        if job.rests or not job.unread or job.unread < min(least, job.length - job.sent):
            return
        rows, job.unread, job.rests = job.unread, 0, True
        job.sent += rows
        host = self._costs.host
        self._do(host.message + host.point * rows, partial(self._sent, job, rows))

    def _sent(self, job: Simulated, rows: int) -> None:
        self.seen.messages.append((self._env.now, rows))
        self._env.process(self._rest(job, rows))

    def _rest(self, job: Simulated, rows: int) -> ProcessGenerator:
        """After a message the next rows, or the end, are due at the pace, at the nearest tick."""
        assert job.pace is not None
        job.due = max(job.due, self._env.now - max(1 / FRAMES, rows / job.pace)) + rows / job.pace
        if job.due - self._env.now > TICK / 2:
            yield self._env.timeout(max(0.0, round(job.due / TICK) * TICK - self._env.now))
        if job.sent == job.length:
            self._pacer.drawings.discard(job)
            self.on_end(job)
            return
        more = max(0, self._pacer.frame(job.pace) - (job.granted - job.sent))
        job.granted += more
        job.rests = False
        self._scheduler.grant(job, more)
        self._wake()
        self._read(job)


def _limits(costs: Costs) -> Limits:
    """Those of a service with nothing set."""
    plain = Limits()
    return Limits.of("cpu" if costs.device.shared else "cuda", waiting=plain.waiting, running=plain.running)
