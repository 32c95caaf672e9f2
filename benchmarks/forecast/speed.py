"""How fast a core is from moment to moment: what work takes, by what it took when its costs were measured.

Virtual machines share memory and caches with others, so a core may take twice as long for the same work a second later.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.forecast.costs import Costs
from benchmarks.forecast.totals import Totals

LEAST = 1e-6  # seconds of work, so that there is always something to divide by
LITTLE = 0.1  # part of a span for which work keeps a core busy, up to which it says nothing of its speed


@dataclass(frozen=True, slots=True)
class Speed:
    """Factors of what work costs, in spans from each of `since` on.

    `by_loop`, `by_engine`: how much more than that each of the two threads takes.
    """

    since: Sequence[float]
    slower: Sequence[float]
    by_loop: float = 1.0
    by_engine: float = 1.0

    def loop(self, now: float) -> float:
        """What the work of the event loop costs, by what it costs at calibration."""
        return self.by_loop * self._slower(now)

    def engine(self, now: float) -> float:
        """The same of the engine."""
        return self.by_engine * self._slower(now)

    def _slower(self, now: float) -> float:
        return self.slower[max(0, bisect_right(self.since, now) - 1)]


STEADY = Speed((0.0,), (1.0,))


@dataclass(frozen=True, slots=True)
class Moment:
    """What a service has done until a time of the system's clock, and for how long its core was not free."""

    at: float
    totals: Totals
    busy: float


@dataclass(frozen=True, slots=True)
class Span:
    """What a service did for some seconds, and what part of its core others had."""

    since: float
    seconds: float
    did: Totals
    others: float

    def expected(self, costs: Costs, messages: float) -> tuple[float, float]:
        """Seconds that event loop and engine take for that at calibration.

        `messages`: of streams, a second; so few streams have a point in each.
        """
        did, host = self.did, costs.host
        streamed = min(messages * self.seconds, did.seats)
        begun = streamed * len(costs.lengths) / sum(costs.lengths)  # of streams
        loop = host.request * max(0.0, did.ended - begun) + host.handout * did.turns
        loop += host.parcel * (did.seats - streamed) + (host.message + host.point) * streamed
        engine = host.turn * did.turns + host.seat * did.seats + host.begin * did.begun
        engine += host.join * max(0.0, streamed - begun) + host.slower * did.decoding(costs.device)
        return loop, engine


def spans(moments: Sequence[Moment], begun: float) -> list[Span]:
    """From each moment to the next, counted from a time on."""
    made = []
    for one, other in pairwise(moments):
        seconds, did = other.at - one.at, other.totals.since(one.totals)
        made.append(Span(one.at - begun, seconds, did, (other.busy - one.busy - did.loop - did.engine) / seconds))
    return made


def speed_of(some: Sequence[Span], costs: Costs, messages: float) -> Speed:
    """What all work took in each span, by what it takes at calibration, and longer for what others had of the core.

    Each thread has a factor of its own for all spans together, since memory that is slow is not so for both alike. A
    span with little to do says little, and has the factor of all.
    """
    loops, engines = zip(*(span.expected(costs, messages) for span in some), strict=True)
    took = [span.did.loop + span.did.engine for span in some]
    all_ = sum(took) / max(sum(loops) + sum(engines), LEAST)
    by_loop = sum(span.did.loop for span in some) / max(sum(loops), LEAST) / all_
    by_engine = sum(span.did.engine for span in some) / max(sum(engines), LEAST) / all_
    expected = [loop * by_loop + engine * by_engine for loop, engine in zip(loops, engines, strict=True)]
    slower = [
        (seconds / work if work > LITTLE * span.seconds else all_) / (1 - span.others)
        for seconds, work, span in zip(took, expected, some, strict=True)
    ]
    return Speed([span.since for span in some], slower, by_loop, by_engine)
