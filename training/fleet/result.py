"""What became of the categories of a fleet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tabulate import tabulate

State = Literal["trained", "there before", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one category: its score and the seconds that it was trained, or why it has neither."""

    category: str
    state: State
    nats: float | None = None
    seconds: float | None = None
    error: str = ""

    def __str__(self) -> str:
        if self.state == "failed":
            return f"{self.category}: failed: {self.error}"
        nats = "not scored" if self.nats is None else f"{self.nats:.3f} nats"
        return f"{self.category}: {self.state}, {nats}"


def table(results: Sequence[Result]) -> str:
    """All of them in Markdown."""
    rows = [(result.category, result.nats, result.seconds, result.state) for result in results]
    return tabulate(
        rows, ("category", "nats", "seconds", "state"), tablefmt="github", floatfmt=("", ".3f", ".1f"), missingval="-"
    )
