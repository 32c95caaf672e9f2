"""What a service has done until a moment, and the processor time that its threads took for it."""

from dataclasses import astuple, dataclass

from benchmarks.forecast.costs import Device
from benchmarks.forecast.processor import thread_seconds
from benchmarks.served import Served

NAMES = (
    "time_to_first_point_seconds_count",
    "batch_size_count",
    "batch_size_sum",
    "turn_steps_sum",
    "steps_total",
    "points_total",
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Seconds of the event loop and of the engine; how many drawings have ended and begun; turns, drawings in them.

    `steps`: of each turn, those of the drawing that takes the most. `work`: of each drawing. `points`: of those, what
    belongs to drawings.
    """

    loop: float
    engine: float
    ended: float
    begun: float
    turns: float
    seats: float
    steps: float
    work: float
    points: float

    @classmethod
    def of(cls, service: Served) -> "Totals":
        """Until now: counts first, for the answer may be long in coming, and the time that the threads took with it."""
        metrics = service.metrics()
        threads = thread_seconds(service.process.pid)
        loop = threads.pop(service.process.pid)
        ended = sum(value for name, value in metrics.items() if name.startswith("inkstream_drawings_total{"))
        return cls(loop, sum(threads.values()), ended, *(metrics[f"inkstream_{name}"] for name in NAMES))

    def since(self, before: "Totals") -> "Totals":
        """The difference."""
        return Totals(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))

    def decoding(self, device: Device) -> float:
        """Seconds that a device by itself would take for these steps."""
        return self.steps * device.step_seconds(self.work / self.steps) if self.steps else 0.0
