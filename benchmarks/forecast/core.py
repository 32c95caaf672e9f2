"""A core that the threads of a process share, as Linux's scheduler has it: fairly, by slices.

A thread that wakes up has the core at once, unless it has had more of it than who runs; and while several want it, each
has it for a slice, those first that have had the least. So an event loop with little to do hardly waits for the thread
that decodes, and one with much to do has half of the core.
"""

from dataclasses import dataclass, field
from math import floor

import simpy
from simpy.events import Event, ProcessGenerator

NOTHING_LEFT = 1e-12  # seconds of work


@dataclass
class _Thread:
    """What a thread has had of the core, and when it last wanted it; `left`: of what it wants now; `done`: then."""

    had: float = 0.0
    until: float = -1.0
    left: float = 0.0
    done: Event | None = None


@dataclass(eq=False)
class Core:
    """One core in an environment of SimPy. `slice_seconds`: for which a thread keeps it while others want it."""

    env: simpy.Environment
    slice_seconds: float
    _threads: dict[str, _Thread] = field(default_factory=dict)
    _wanting: dict[str, _Thread] = field(default_factory=dict)
    _running: str = ""

    def __post_init__(self) -> None:
        self._came = self.env.event()
        self.env.process(self._run())

    def work(self, name: str, seconds: float) -> Event:
        """Done when the thread of that name, which wants nothing else meanwhile, has had the core for so long."""
        thread = self._threads.setdefault(name, _Thread())
        thread.left, thread.done = seconds, self.env.event()
        self._wanting[name] = thread
        if not self._came.triggered:
            self._came.succeed()
        return thread.done

    def _run(self) -> ProcessGenerator:
        while True:
            if not self._wanting:
                self._threads.clear()  # nobody owes anybody anything any more
                self._came = self.env.event()
                yield self._came
            if self._running not in self._wanting:
                self._running = self._poorest()
            running, before = self._wanting[self._running], set(self._wanting)
            since, end = self.env.now, self._slice_end() if len(before) > 1 else float("inf")
            self._came = self.env.event()
            yield self._came | self.env.timeout(min(running.left, end - since))
            running.had += self.env.now - since
            running.left -= self.env.now - since
            self._place(self._wanting.keys() - before)
            if running.left <= NOTHING_LEFT:
                yield from self._end(running)
            elif self._wanting.keys() - before or self.env.now >= end - NOTHING_LEFT:
                poorest = self._poorest()
                if self._wanting[poorest].had <= running.had:
                    self._running = poorest

    def _end(self, thread: _Thread) -> ProcessGenerator:
        """It has what it wanted, and may want more in this very moment, before others are asked."""
        del self._wanting[self._running]
        thread.until = self.env.now
        assert thread.done is not None
        thread.done.succeed()
        yield self.env.timeout(0)

    def _place(self, names: set[str]) -> None:
        """Those who come have saved nothing up: as long as they were away, the core was others'."""
        for name in names:
            thread = self._wanting[name]
            if thread.until < self.env.now:
                thread.had = max(thread.had, min(each.had for each in self._wanting.values() if each is not thread))

    def _poorest(self) -> str:
        return min(self._wanting, key=lambda name: (self._wanting[name].had, name == self._running))

    def _slice_end(self) -> float:
        """Slices end when the clock of the system ticks, whoever runs."""
        return (floor(self.env.now / self.slice_seconds + 1e-9) + 1) * self.slice_seconds
