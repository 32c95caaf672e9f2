"""SVG that draws itself: one rule of CSS by which a dash runs along each stroke, one stroke after the other.

The strokes of a drawing are LONG units long together. The dash and the gap behind it are longer than that, and move
alike on all of them: of its own, a stroke says only where it begins. A viewer that knows no CSS, or one for people who
prefer no motion, shows the whole drawing.
"""

from dataclasses import dataclass

import numpy as np

from model.picture.curves import Curves, Floats
from model.picture.path import path_data, short

LONG = 1000  # units
SPARE = 5  # before the first and after the last: the round end of a dash of no length would be a dot
DASH = LONG + 2 * SPARE
HOLD = 2.0  # seconds for which the whole stands before it begins anew
PARTS = np.linspace(0, 1, 9)  # where curves are measured


@dataclass(frozen=True, slots=True)
class Animation:
    """How an SVG draws itself, in seconds."""

    duration: float = 3.0  # of the whole drawing
    delay: float = 0.0  # before it begins
    loop: bool = False  # whether it begins anew, for ever

    @property
    def name(self) -> str:
        """Its class: in a page, pictures that draw themselves in the same way share their rules."""
        return f"draws-{round(1000 * self.duration)}-{round(1000 * self.delay)}{'-again' * self.loop}"

    def style(self) -> str:
        """The rules."""
        cycle = self.duration + HOLD * self.loop
        drawn = short(100 * self.duration / cycle, 2)
        wait = f" {short(self.delay, 3)}s" if self.delay else ""
        times = "infinite" if self.loop else "both"
        return (
            f"@media(prefers-reduced-motion:no-preference){{.{self.name} path{{stroke-dasharray:{DASH}px;"
            f"animation:{self.name} {short(cycle, 3)}s linear{wait} {times}{' both' * self.loop}}}}}"
            f"@keyframes {self.name}{{0%{{stroke-dashoffset:calc(var(--at) + {DASH}px)}}"
            f"{drawn}%,to{{stroke-dashoffset:var(--at)}}}}"
        )


def animated_paths(curves: Curves) -> str:
    """A path for each stroke, with its length, and where it begins among the others."""
    lengths = np.maximum(_lengths(curves), 1.0)  # a dot takes a moment, too
    units = np.maximum(np.rint(lengths * (LONG / lengths.sum())), 1).astype(int)
    begins = (np.cumsum(units) - units).tolist()
    strokes = curves.strokes()
    return "".join(
        f'<path pathLength="{length}" style="--at:{begin + SPARE}px" d="{_data(stroke)}"/>'
        for stroke, length, begin in zip(strokes, units.tolist(), begins, strict=True)
    )


def _data(stroke: Floats) -> str:
    data = path_data(Curves(stroke, np.array([0])))
    return data.removesuffix(" 0 0") + " 1 0" if data.endswith(" 0 0") and len(stroke) == 1 else data


def _lengths(curves: Curves) -> Floats:
    """Of each stroke, in pixels."""
    steps = np.diff(curves.at(PARTS), axis=1)
    found: Floats = np.add.reduceat(np.linalg.norm(steps, axis=2).sum(axis=1), curves.first)
    return found
