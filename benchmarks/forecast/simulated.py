"""What a simulation is about: drawings on their way, and what came of them."""

from dataclasses import dataclass, field

from app.engine.scheduling.job import Job


@dataclass(eq=False)
class Simulated(Job):
    """A drawing of so many steps, asked for at a time; `pace`: points a second of a stream, None of a whole drawing.

    Of a stream's rows so many are `granted`, `sent` or still `unread`; while it `rests` it sends none.
    """

    length: int = 1
    since: float = 0.0
    pace: float | None = None
    due: float = 0.0
    granted: int = 0
    sent: int = 0
    unread: int = 0
    rests: bool = False

    def most(self) -> int:
        """Of a stream as many as are granted, as `app.engine.job` has it."""
        return self.burst if self.pace is None else min(self.burst, max(1, self.credit))


@dataclass
class Seen:
    """What happened: seconds of each whole drawing by when it was asked for, turns, and points of each message."""

    answers: list[tuple[float, float]] = field(default_factory=list)
    refused: int = 0
    batches: list[tuple[float, int]] = field(default_factory=list)
    messages: list[tuple[float, int]] = field(default_factory=list)
    busy: dict[str, float] = field(default_factory=dict)
