"""What an attack did to others, as one row of a table, and what is too much."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.hostile.plain import Experience, percentile
from benchmarks.hostile.requests import FORGED

MOST_MS = 250.0  # that a plain drawing may wait, at the 99th percentile
GROWTH_MIB = 100.0  # of what one attack may leave behind in memory; attacks of before left 334
HEAD = (
    f"{'fault':>5} {'attack':<28} {'draw p50':>9} {'p99':>8} {'healthz p50':>12} {'p99':>8} {'refused':>8} {'MiB':>6}"
    "  lost"
)
MEDIAN, MOST = 0.5, 0.99


@dataclass
class Row:
    """One attack: milliseconds of plain clients, what the attackers were told, and whatever was lost by it."""

    fault: int
    attack: str
    draw_p50_ms: float = 0.0
    draw_p99_ms: float = 0.0
    healthz_p50_ms: float = 0.0
    healthz_p99_ms: float = 0.0
    refused: int = 0
    grew_mib: float = 0.0
    outcome: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)

    def experienced(self, seen: Experience) -> None:
        """Take in what plain clients saw."""
        (draws, healths) = seen.waits.values()
        self.draw_p50_ms, self.draw_p99_ms = percentile(draws, MEDIAN), percentile(draws, MOST)
        self.healthz_p50_ms, self.healthz_p99_ms = percentile(healths, MEDIAN), percentile(healths, MOST)
        self.lost |= seen.lost

    def left(self, gauges: Mapping[str, float], grew_mib: float) -> None:
        """Take in what was left of it once its clients were gone."""
        self.grew_mib = round(grew_mib, 1)
        self.lost |= {f"{name} that stay": int(value) for name, value in gauges.items() if value}

    def is_good(self) -> bool:
        """Whether plain clients hardly noticed, and nothing was lost."""
        return self.draw_p99_ms <= MOST_MS and self.grew_mib <= GROWTH_MIB and not self.lost

    def __str__(self) -> str:
        lost = ", ".join(f"{count} {name}" for name, count in self.lost.items()) or "nothing"
        return (
            f"{self.fault:>5} {self.attack:<28} {self.draw_p50_ms:>9} {self.draw_p99_ms:>8} {self.healthz_p50_ms:>12} "
            f"{self.healthz_p99_ms:>8} {self.refused:>8} {self.grew_mib:>6}  {lost}"
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """How the service ended amid all attacks: its status, and the codes by which plain WebSockets were closed."""

    exit_status: int
    close_codes: Mapping[str, int]

    def is_good(self) -> bool:
        """Whether it ended well and told every WebSocket."""
        return self.exit_status == 0 and all(code.isdecimal() for code in self.close_codes)


def wrong_lines(log: str) -> dict[str, int]:
    """What should be in no log: tracebacks, and lines that a client has written."""
    lines = log.splitlines()
    found = {
        "tracebacks": sum("Traceback (most recent call last)" in line for line in lines),
        "forged lines": sum(line.lstrip().startswith(FORGED) for line in lines),
    }
    return {name: count for name, count in found.items() if count}


def document(rows: Sequence[Row], ending: Ending, log: Mapping[str, int], seconds: float) -> dict[str, object]:
    """All of it, for the last line of output."""
    return {
        "seconds": seconds,
        "attacks": [asdict(row) for row in rows],
        "exit_status": ending.exit_status,
        "close_codes": dict(ending.close_codes),
        "log": dict(log),
        "good": all(row.is_good() for row in rows) and ending.is_good() and not log,
    }
