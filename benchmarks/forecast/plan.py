"""What so many drawings or streams take: processes, devices, money."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from app.settings import Settings
from benchmarks.forecast.costs import Costs
from benchmarks.forecast.loads import Figures, at_rate, capacity, largest, watch

DAY = 86_400.0  # seconds
IN_TIME = 0.98  # part of their points that streams have to get in time
FEW_STREAMS, MOST_STREAMS = 16, 4096  # that are tried on one process
SOCKETS: int = Settings.model_fields["sockets_limit"].default


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: a 95th percentile in milliseconds, up to which part of all that a process could do.

    `peak`: the busiest hour by the mean. `pace`: points a second of a stream. Prices per hour, if known.
    """

    within_ms: float
    share: float
    peak: float
    pace: float


@dataclass(frozen=True, slots=True)
class Sizing:
    """What one process bears: drawings a second with their figures, or streams; how busy its device is with either."""

    name: str
    shared: bool
    capacity: float
    rate: float
    figures: Figures
    rate_device: float
    streams: int
    streams_device: float

    @classmethod
    def of(cls, costs: Costs, terms: Terms) -> "Sizing":
        """By simulations."""
        most = capacity(costs)
        rate = largest(lambda rate: at_rate(costs, rate)[0].p95_ms <= terms.within_ms, most * terms.share)
        figures, device = at_rate(costs, rate or most * terms.share)
        streams = _streams(costs, terms)
        watched = watch(costs, max(1, min(streams, SOCKETS)), terms.pace)
        return cls(costs.device.name, costs.device.shared, most, rate, figures, device, streams, watched.device)


def _streams(costs: Costs, terms: Terms) -> int:
    """The most streams that a process bears, up to some thousands: doubled while it can, then bisected."""
    few, many = 0, FEW_STREAMS
    while many <= MOST_STREAMS and _is_smooth(costs, many, terms):
        few, many = many, many * 2
    return (
        int(largest(lambda number: _is_smooth(costs, int(number), terms), many, few)) if many <= MOST_STREAMS else few
    )


def _is_smooth(costs: Costs, streams: int, terms: Terms) -> bool:
    """Whether streams get their points in time, and leave some of the process free."""
    if not streams:
        return True
    seen = watch(costs, streams, terms.pace)
    core = seen.core + (seen.device if costs.device.shared else 0.0)
    return seen.share >= IN_TIME and max(core, seen.device) <= terms.share


@dataclass(frozen=True, slots=True)
class Answer:
    """What something takes on a device: processes of the service, and devices, where several processes share one."""

    question: str
    device: str
    peak_per_second: float
    processes: int
    devices: int
    hours_per_million: float | None = None
    price_per_million: float | None = None


def of_drawings(sizing: Sizing, per_day: float, terms: Terms, prices: tuple[float, float] | None) -> Answer:
    """Of so many drawings a day, with processes for the peak all day. `prices`: per hour, of a core and of a device."""
    peak = per_day / DAY * terms.peak
    processes = ceil(peak / sizing.rate) if sizing.rate else 0
    devices = processes if sizing.shared else ceil(processes * sizing.rate_device / terms.share)
    millions = per_day / 1e6
    price = None
    if prices is not None:
        core, device = prices
        price = 24 * (processes * core + (0 if sizing.shared else devices * device)) / millions
    hours = 24 * devices / millions
    return Answer(f"{per_day:,.0f} drawings a day", sizing.name, peak, processes, devices, hours, price)


def of_streams(sizing: Sizing, streams: int, terms: Terms) -> Answer:
    """Of so many streams at the same time."""
    each = min(sizing.streams, SOCKETS)
    processes = ceil(streams / each) if each else 0
    devices = processes if sizing.shared else ceil(processes * sizing.streams_device / terms.share)
    return Answer(f"{streams:,} streams", sizing.name, streams * terms.pace, processes, devices)


def answers(
    sizings: Iterable[tuple[Sizing, tuple[float, float] | None]], per_day: Iterable[float], streams: int, terms: Terms
) -> list[Answer]:
    """All of them."""
    made: list[Answer] = []
    for sizing, prices in sizings:
        made += [of_drawings(sizing, number, terms, prices) for number in per_day]
        made.append(of_streams(sizing, streams, terms))
    return made
