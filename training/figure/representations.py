"""Points, displacements, polar displacements: three ways to write a drawing down, and how their numbers spread."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from model.strokes import Array, points_of
from training.figure import style
from training.figure.ink import canvas, extent, ink
from training.figure.request import Request

FIRST, SECOND = style.DOWN, style.LIFT  # colours of a representation's two numbers
BINS = 48
HALF_TURNS = ("\N{MINUS SIGN}π", "0", "π")
WIDE = 0.995  # share of the numbers that a histogram is wide enough for

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def points(stroke5: Array) -> Pair:
    """(x, y) [T]: where each point is, the first one at the origin."""
    x, y = np.cumsum(_moves(stroke5), axis=0).T
    return x, y


def displacements(stroke5: Array) -> Pair:
    """(dx, dy) [T] of each move."""
    dx, dy = _moves(stroke5).T
    return dx, dy


def polar(stroke5: Array) -> Pair:
    """(length, direction) [T] of each move: pixels, and radians counted from the right clockwise, as y runs down."""
    dx, dy = _moves(stroke5).T
    return np.hypot(dx, dy), np.arctan2(dy, dx)


def _moves(stroke5: Array) -> NDArray[np.float64]:
    return stroke5[: points_of(stroke5), :2].astype(np.float64)


ROWS = (
    ("points", points, "x", "y"),
    ("displacements", displacements, "dx", "dy"),
    ("polar displacements", polar, "length", "direction"),
)


def representations(request: Request, path: Path) -> None:
    """One drawing in each form, as a picture and as the sequence that a network reads; beside it, all drawings."""
    real = request.real
    shown = real[int(np.random.default_rng(request.seed).integers(len(real)))]
    figure = style.new_figure(11.0, 8.2)
    style.headline(
        figure,
        f"Three ways to write a {request.category}",
        f"one drawing, as a picture and point by point; on the right the same two numbers of {request.counted}",
    )
    for row, (name, of, first, second) in enumerate(ROWS):
        bottom = 0.66 - 0.3 * row
        _picture(figure, bottom, row, shown)
        figure.text(
            0.025, bottom + 0.105, name, size=style.TEXT, color=style.INK, rotation=90, va="center", ha="center"
        )
        every = [of(drawing) for drawing in real]
        _sequence(figure.add_axes((0.33, bottom, 0.27, 0.2)), of(shown), (first, second))
        for i, label in enumerate((first, second)):
            axes = figure.add_axes((0.66 + 0.175 * i, bottom, 0.15, 0.2))
            _distribution(axes, [pair[i] for pair in every], (FIRST, SECOND)[i], label)
    style.save(figure, path)


def _picture(figure: Figure, bottom: float, row: int, drawing: Array) -> None:
    """The drawing as the representation sees it: its points; its moves from one origin; the same by angle."""
    place = (0.05, bottom - 0.02, 0.2, 0.245)
    if row == 2:
        axes = figure.add_axes(place, projection="polar")
        length, direction = polar(drawing)
        axes.set_theta_direction(-1)  # type: ignore[attr-defined] # of PolarAxes, which add_axes gives here
        axes.scatter(direction, length, s=9, color=style.INK, alpha=0.6, linewidths=0)
        axes.tick_params(colors=style.LABEL, labelsize=style.SMALL - 2, pad=-2)
        axes.grid(color=style.FAINT, linewidth=0.5)
        axes.spines["polar"].set_color(style.FAINT)
        axes.set_facecolor("none")
        axes.set_yticklabels([])
        return
    axes = figure.add_axes(place)
    if row == 0:
        canvas(axes, *extent([drawing]))
        ink(axes, drawing, width=1.0, color=style.FAINT)
        axes.scatter(*points(drawing), s=9, color=style.INK, linewidths=0, zorder=3)
    else:
        dx, dy = displacements(drawing)
        far = np.full(2, 1.05 * max(np.abs(dx).max(), np.abs(dy).max()))
        canvas(axes, -far, far, margin=0)
        axes.quiver(
            np.zeros_like(dx), np.zeros_like(dy), dx, dy, angles="xy", scale_units="xy", scale=1, color=style.INK,
            width=0.006, headwidth=5, headlength=6, headaxislength=5.5, alpha=0.7,
        )  # fmt: skip


def _sequence(axes: Axes, pair: Pair, names: tuple[str, str]) -> None:
    """Both numbers along the drawing; where their units differ, each with a scale of its own."""
    style.plain(axes, x="point")
    second = axes
    if names[1] == "direction":
        second = axes.twinx()
        style.plain(second)
        second.spines["right"].set_visible(True)
        second.spines["right"].set_color(style.FAINT)
        second.set_yticks([-np.pi, 0, np.pi], HALF_TURNS)
    axes.plot(pair[0], color=FIRST, linewidth=1.3)
    second.plot(pair[1], color=SECOND, linewidth=1.3)
    for i, (name, color) in enumerate(zip(names, (FIRST, SECOND), strict=True)):
        axes.text(0.16 * i, 1.04, name, transform=axes.transAxes, size=style.SMALL, color=color, weight="bold")


def _distribution(axes: Axes, numbers: Sequence[NDArray[np.float64]], color: str, label: str) -> None:
    together = np.concatenate(numbers)
    low, high = np.quantile(together, [1 - WIDE, WIDE]) if label != "direction" else (-np.pi, np.pi)
    low = 0.0 if label == "length" else low
    axes.hist(together, bins=BINS, range=(float(low), float(high)), color=color)
    style.plain(axes, x=label if label != "direction" else "direction, radians")
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if label == "direction":
        axes.set_xticks([-np.pi, 0, np.pi], HALF_TURNS)
