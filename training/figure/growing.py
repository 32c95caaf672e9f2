"""A drawing that grows point by point."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from model.strokes import Array, points_of, to_polylines
from training.figure import style
from training.figure.animation import frame, write_gif
from training.figure.ink import canvas, extent, ink, jumps
from training.figure.request import Request

STEP, END = 90, 2500  # milliseconds of a point, and of the whole drawing
SIDE = 3.6  # inches


def growing(request: Request, path: Path) -> None:
    """One frame for each point of the first drawing, and the whole of it at the end."""
    [drawing] = request.drawn(request.subject, 1)
    frames = list(_frames(request.category, drawing.seed, drawing.stroke5))
    write_gif(path, frames, [STEP] * (len(frames) - 1) + [END])


def _frames(category: str, seed: int, stroke5: Array) -> Iterator[Image.Image]:
    figure = style.new_figure(SIDE, SIDE + 0.3)
    low, high = extent([stroke5])
    points = points_of(stroke5)
    for shown in range(1, points + 1):
        axes = _page(figure, low, high)
        begun = stroke5[:shown]
        jumps(axes, begun)
        ink(axes, begun, width=2.2)
        _pen(axes, begun)
        figure.text(0.05, 0.93, category, size=style.TITLE, color=style.INK, weight="bold")
        figure.text(0.95, 0.93, f"point {shown} of {points}", size=style.SMALL, color=style.LABEL, ha="right")
        yield frame(figure)
    axes = _page(figure, low, high)
    ink(axes, stroke5, width=2.2)
    figure.text(0.05, 0.93, category, size=style.TITLE, color=style.INK, weight="bold")
    figure.text(0.95, 0.93, f"seed {seed}, {points} points", size=style.SMALL, color=style.LABEL, ha="right")
    yield frame(figure)


def _page(figure: Figure, low: Array, high: Array) -> Axes:
    figure.clear()
    axes = figure.add_axes((0.03, 0.02, 0.94, 0.88))
    canvas(axes, low, high)
    return axes


def _pen(axes: Axes, begun: Array) -> None:
    """The newest line, and the point where the pen is: filled while it is down, empty when it lifts here."""
    to = np.cumsum(begun[:, :2], axis=0)[-1]
    line = to_polylines(begun)[-1]
    if len(line) > 1:
        axes.plot(*line[-2:].T, color=style.LIFT, linewidth=2.6, solid_capstyle="round")
    lifts = begun[-1, 3] == 1
    axes.plot(
        *to,
        "o",
        markersize=7,
        markeredgewidth=1.6,
        color=style.LIFT,
        markerfacecolor=style.PAPER if lifts else style.LIFT,
    )
