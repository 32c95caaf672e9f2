"""A process of the service, simulated by SimPy: event loop, engine with the real scheduler, the core that they share.

Open arrivals of whole drawings, and streams with a pace. The scheduler is `app.engine.scheduler` itself, driven by the
clock of the simulation, so a forecast follows what the engine does. The event loop goes before the engine where they
share a core: its tasks are short, and the system wakes it for each.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

import simpy
from simpy.events import Event, ProcessGenerator
from simpy.resources.resource import PreemptiveResource

from app.engine.delivery import frame
from app.engine.scheduler import ENDLESS, Batch, Job, Limits, Scheduler
from app.routes.pacer import TICK
from benchmarks.forecast.costs import Costs

LOOP, ENGINE = 0, 1  # who goes first
NOTHING_LEFT = 1e-12  # seconds of work


@dataclass(eq=False)
class Simulated(Job):
    """A drawing of so many steps, asked for at a time; `pace`: points a second of a stream, None of a whole drawing."""

    length: int = 1
    since: float = 0.0
    pace: float | None = None
    due: float = 0.0


@dataclass
class Seen:
    """What happened: seconds of each whole drawing by when it was asked for, turns, and points of streams that came."""

    answers: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    batches: list[tuple[float, int]] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    busy: dict[str, float] = field(default_factory=dict)


class Process:
    """One process of the service in an environment of SimPy."""

    def __init__(self, env: simpy.Environment, costs: Costs, limits: Limits | None = None) -> None:
        self.seen = Seen(busy={"loop": 0.0, "engine": 0.0, "device": 0.0})
        self._env = env
        self._costs = costs
        self._scheduler: Scheduler[Simulated] = Scheduler(limits or Limits())
        self._core = PreemptiveResource(env, 1)
        self._device = self._core if costs.device.shared else PreemptiveResource(env, 1)
        self._tasks: deque[tuple[float, Callable[[], None]]] = deque()
        self._members: set[Simulated] = set()
        self._parcels: list[tuple[Simulated, int]] = []
        self._asked, self._added = env.event(), env.event()
        self.on_end: Callable[[Simulated], None] = lambda _: None
        env.process(self._loop())
        env.process(self._engine())

    def ask(self, length: int, pace: float | None = None) -> None:
        """Somebody asks for a drawing of so many steps, now."""
        host = self._costs.host
        credit = ENDLESS if pace is None else frame(pace)
        job = Simulated("network", credit=credit, burst=credit, length=length, since=self._env.now, pace=pace)
        self._do(host.request / 2, partial(self._open, job))

    def _open(self, job: Simulated) -> None:
        if not self._scheduler.can_add():
            self.seen.refused += 1
            return
        job.due = self._env.now
        self._scheduler.add([job])
        self._wake()

    def _loop(self) -> ProcessGenerator:
        """One task after the other, as they come."""
        while True:
            while self._tasks:
                seconds, then = self._tasks.popleft()
                yield from self._work(self._core, seconds, LOOP, "loop")
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
        host = self._costs.host
        joined = sum(job not in self._members for job in batch.jobs)
        own = host.turn + host.seat * len(batch.jobs) + host.join * joined
        yield from self._work(self._core, own, ENGINE, "engine")
        self._hand_out()
        yield from self._work(self._device, self._decoding(batch.steps), ENGINE, "device")
        self.seen.batches.append((self._env.now, len(batch.jobs)))
        for job, steps in zip(batch.jobs, batch.steps, strict=True):
            self._parcels.append((job, min(steps, job.length - job.done)))
            self._scheduler.took(job, steps)
            if job.done >= job.length:
                self._scheduler.remove(job)
        self._members = {job for job in batch.jobs if job.done < job.length}

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
                self._do(host.message, partial(self._sent, job, rows))
            elif job.done >= job.length:
                self._do(host.request / 2, partial(self._answered, job))

    def _answered(self, job: Simulated) -> None:
        self.seen.answers.append((job.since, self._env.now - job.since + self._costs.host.away))
        self.on_end(job)

    def _sent(self, job: Simulated, rows: int) -> None:
        """A message is out: the next rows are due at the pace, at the nearest tick, as `app.routes.pacer` has it."""
        self.seen.points += [self._env.now] * rows
        if job.done >= job.length:
            self.on_end(job)
            return
        assert job.pace is not None
        job.due = max(job.due, self._env.now - 1 / 30) + rows / job.pace
        wait = round(job.due / TICK) * TICK - self._env.now
        self._env.process(self._rest(job, rows, max(wait, 0.0)))

    def _rest(self, job: Simulated, rows: int, seconds: float) -> ProcessGenerator:
        yield self._env.timeout(seconds)
        self._scheduler.grant(job, rows)
        self._wake()

    def _work(
        self, resource: PreemptiveResource, seconds: float, priority: int, kind: str
    ) -> Generator[Event, None, None]:
        """Have a core for so long in all, with interruptions by those who go first."""
        self.seen.busy[kind] += seconds
        while seconds > NOTHING_LEFT:
            with resource.request(priority=priority) as turn:
                since: float | None = None
                try:
                    yield turn
                    since = self._env.now
                    yield self._env.timeout(seconds)
                    return
                except simpy.Interrupt:  # perhaps in the moment in which it was its turn
                    seconds -= 0 if since is None else self._env.now - since
