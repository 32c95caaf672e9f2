"""What the mixture believes while it draws: the density of the next point behind the pen, and the pen's chances."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from PIL import Image

from model.strokes import Array
from training.figure import style
from training.figure.animation import frame, write_gif
from training.figure.ink import Point, canvas, extent, ink
from training.figure.request import Request
from training.figure.trace import Prediction, trace

STEP, END = 320, 3000  # milliseconds of a point, and of the whole drawing
CELLS = 180  # of the map, a side
BLUR = 1.0  # pixels: what is narrower (a move of exactly 0 along one axis is common) could not be seen
SHARES = (0.25, 0.5, 0.75, 0.9, 0.97)  # of the belief, inside the darkest shade and each that follows
SAMPLES = 4000  # by which the shades' borders are found
MARGIN = 0.16  # around the drawing: belief reaches beyond it
COLORS = [style.GLOW(1 - i / len(SHARES)) for i in range(len(SHARES))]  # of the shades, darkest first


def belief(request: Request, path: Path) -> None:
    """A frame before each row of the first drawing: what is there, what is believed, and what was then drawn."""
    subject = request.subject
    rows, predictions = trace(subject, request.seed, temp_xy=subject.card.temp_xy, temp_p=subject.card.temp_p)
    frames = list(_frames(request.category, rows, predictions))
    write_gif(path, frames, [STEP] * (len(frames) - 1) + [END])


def borders(belief: Prediction) -> NDArray[np.float64]:
    """The densities at the borders of the shades, falling: each encloses the smallest area with its share of SHARES.

    The share of a density's mass where it exceeds t is the share of its own samples at which it does (Hyndman,
    "Computing and Graphing Highest Density Regions", 1996). The samples are the same for the same belief.
    """
    rng = np.random.default_rng(0)
    which = rng.choice(len(belief.weight), SAMPLES, p=belief.weight / belief.weight.sum())
    first, second, *blur = rng.normal(size=(4, SAMPLES))
    rho, sigma = belief.rho[which], belief.sigma[which]
    unit = np.stack([first, rho * first + np.sqrt(1 - rho**2) * second], axis=1)
    samples = belief.mean[which] + sigma * unit + BLUR * np.stack(blur, axis=1)
    return np.quantile(belief.density(samples, BLUR), [1 - share for share in SHARES])


def _frames(category: str, rows: Array, predictions: Sequence[Prediction]) -> Iterator[Image.Image]:
    figure = style.new_figure(6.0, 4.7)
    low, high = extent([rows])
    ends = np.cumsum(rows[:, :2], axis=0)
    for i in range(len(rows)):
        figure.clear()
        style.headline(figure, f"What a network believes about a {category}")
        axes = figure.add_axes((0.02, 0.02, 0.7, 0.88))
        canvas(axes, low, high, margin=MARGIN)
        pen = ends[i - 1] if i else np.zeros(2)
        _map(axes, predictions[i], pen)
        if i:
            ink(axes, rows[:i], width=2.0)
        up = i > 0 and rows[i - 1, 3] == 1
        axes.plot(*pen, "o", markersize=7, color=style.INK, markerfacecolor=style.PAPER if up else style.INK)
        if rows[i, 4] == 0:
            axes.plot(*ends[i], "o", markersize=10, markerfacecolor="none", color=style.DOWN, markeredgewidth=1.8)
        _chances(figure.add_axes((0.75, 0.55, 0.22, 0.3)), predictions[i].pen, int(rows[i, 2:].argmax()))
        _key(figure.add_axes((0.75, 0.05, 0.22, 0.42)))
        yield frame(figure)


def _map(axes: Axes, belief: Prediction, pen: Point) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x, y = np.meshgrid(np.linspace(left, right, CELLS), np.linspace(top, bottom, CELLS))
    density = belief.density(np.stack([x, y], axis=-1) - pen, BLUR)
    levels = np.log(borders(belief))[::-1]
    axes.contourf(x, y, np.log(density + 1e-300), levels=[*levels, np.inf], colors=COLORS[::-1], zorder=0)


def _chances(axes: Axes, chances: NDArray[np.float64], drawn: int) -> None:
    """A bar for each thing that the pen may do; what it then did has its name in bold."""
    axes.barh(range(3), chances, color=style.PEN, height=0.3)
    axes.set_xlim(0, 1)
    axes.set_ylim(2.4, -0.9)
    axes.axis("off")
    axes.text(0, -0.85, "what the pen does then", size=style.SMALL, color=style.LABEL)
    for i, (name, chance) in enumerate(zip(style.PEN_NAMES, chances, strict=True)):
        axes.text(0, i - 0.24, name, size=style.SMALL, color=style.INK, weight="bold" if i == drawn else "normal")
        axes.text(1, i - 0.24, f"{chance:.0%}", size=style.SMALL, color=style.LABEL, ha="right")


def _key(axes: Axes) -> None:
    """What shades and marks mean."""
    axes.set_xlim(0, 1)
    axes.set_ylim(8.6, -0.8)
    axes.axis("off")
    axes.text(0, -0.1, "the next point is within", size=style.SMALL, color=style.LABEL)
    for i, (share, color) in enumerate(zip(SHARES, COLORS, strict=True)):
        axes.barh(0.85 + i, 0.2, height=1, color=[color])
        axes.text(0.27, 0.9 + i, f"{share:.0%}", size=style.SMALL, color=style.INK, va="center")
    marks = (("the pen: down", style.INK, style.INK, 6), ("the pen: up", style.INK, style.PAPER, 6))
    for i, (name, edge, face, size) in enumerate((*marks, ("where it went", style.DOWN, "none", 8))):
        axes.plot(0.06, 6.5 + 0.95 * i, "o", markersize=size, color=edge, markerfacecolor=face, clip_on=False)
        axes.text(0.27, 6.55 + 0.95 * i, name, size=style.SMALL, color=style.INK, va="center")
