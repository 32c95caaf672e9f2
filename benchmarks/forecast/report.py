"""What a forecast says: tables to read as it goes, and one document of all figures."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from app.settings import Settings
from benchmarks.forecast.costs import Costs
from benchmarks.forecast.measure import TOLERANCE, Compared
from benchmarks.forecast.plan import Answer, Sizing, Terms
from benchmarks.options import processor

CATEGORIES = 345  # of the network that draws them all: a pool for each


@dataclass
class Report:
    """Figures as they come; each is printed when it is there."""

    costs: Costs | None = None
    sizes: dict[str, float] = field(default_factory=dict)
    kept: dict[str, float] = field(default_factory=dict)
    comparisons: list[Compared] = field(default_factory=list)
    sizings: list[Sizing] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    wires: dict[str, float] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether all that was measured was near its forecast."""
        return all(each.is_good for each in self.comparisons)

    def calibrated(self, costs: Costs) -> None:
        """Say what the work costs."""
        print("costs of a process's work, in milliseconds of a core that decodes, and of one beside a GPU\n")
        slots = costs.slots.model_dump()
        for name, value in costs.host.model_dump().items():
            unit = f"{value:.2f} times as long as by itself" if name == "slower" else f"{value * 1000:.4f}"
            print(f"{name:>10} {unit}" + ("" if name == "slower" else f" {slots[name] * 1000:>10.4f}"))
        print(f"{'length':>10} {sum(costs.lengths) / len(costs.lengths):.1f} steps of a drawing\n", flush=True)

    def compared(self, compared: Compared) -> None:
        """Say how far a forecast is from what is measured."""
        if not self.comparisons:
            print("forecast, measured and their ratio; `others` had that part of the service's core, and its speed")
            print("from half a second to the next, by that at calibration, is what the forecast is for\n")
        self.comparisons.append(compared)
        slow, fast = min(compared.speed, default=1.0), max(compared.speed, default=1.0)
        print(f"{compared.name} of the capacity (others {compared.others:.1%}, speed {slow:.2f} to {fast:.2f})")
        if compared.refused:
            print(f"{compared.refused} requests were refused")
        forecast, measured = asdict(compared.forecast), asdict(compared.measured)
        for name, ratio in compared.ratios.items():
            far = "" if abs(ratio - 1) <= TOLERANCE else "  too far off"
            print(f"{name:>18} {forecast[name]:>10,.2f} {measured[name]:>10,.2f} {ratio:>6.2f}{far}")
        print(flush=True)

    def sized(self, sizing: Sizing) -> None:
        """Say what one process bears."""
        self.sizings.append(sizing)
        print(f"one process, {sizing.name}")
        print(f"  {sizing.capacity:,.0f} drawings a second at most; {sizing.rate:,.0f} as promised: ", end="")
        print(f"{sizing.figures.p50_ms:.0f} ms (median), {sizing.figures.p95_ms:.0f} ms (95th percentile)", end="")
        print(f", {sizing.figures.batch:.0f} side by side; or {sizing.streams:,} streams\n", flush=True)

    def answered(self, answers: Sequence[Answer], terms: Terms) -> None:
        """Say what all of it takes."""
        self.answers = list(answers)
        print(f"{'':>32} {'at the peak':>14} {'processes':>10} {'devices':>8} {'hours a million':>16} {'price':>8}")
        for each in answers:
            hours = "" if each.hours_per_million is None else f"{each.hours_per_million:,.2f}"
            price = "" if each.price_per_million is None else f"{each.price_per_million:,.2f}"
            print(f"{each.device[:60]}")
            print(
                f"{each.question:>32} {each.peak_per_second:>12,.0f}/s {each.processes:>10,} {each.devices:>8,} "
                f"{hours:>16} {price:>8}"
            )
        print()
        if self.sizes:
            self._network(terms)
        if self.kept:
            self._redis()

    def _network(self, terms: Terms) -> None:
        print("megabits a second at the peak, by format; `stream` is a WebSocket at its pace\n")
        drawings = {each.question: each.peak_per_second for each in self.answers}
        for question, peak in drawings.items():
            kinds = {"stream"} if question.endswith("streams") else self.sizes.keys() - {"stream"}
            rate = peak / terms.pace if question.endswith("streams") else peak
            rates = {kind: round(self.sizes[kind] * rate * 8 / 1e6, 1) for kind in sorted(kinds)}
            self.wires |= {f"{question}, {kind}": value for kind, value in rates.items()}
            print(f"{question:>32} " + ", ".join(f"{kind} {value:,.1f}" for kind, value in rates.items()))
        print()

    def _redis(self) -> None:
        size: int = Settings.model_fields["pool_size"].default
        whole = self.kept["bytes_of_a_ready_drawing"] * size * CATEGORIES / 2**20
        self.kept["mib_of_all_pools"] = round(whole, 1)
        for name, value in self.kept.items():
            print(f"{name.replace('_', ' '):>32} {value:,.1f}")
        print()

    def document(self) -> dict[str, object]:
        """All of it, for the last line."""
        return {
            "processor": processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "costs": None if self.costs is None else self.costs.model_dump(),
            "compared": [asdict(each) | {"ratios": each.ratios, "good": each.is_good} for each in self.comparisons],
            "processes": [asdict(each) for each in self.sizings],
            "answers": [asdict(each) for each in self.answers],
            "bytes": self.sizes,
            "megabits_per_second": self.wires,
            "redis": self.kept,
            "good": self.is_good,
        }
