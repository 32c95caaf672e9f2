"""What a temperature does to a choice of three: stroke states drawn from the logits 3, 2, 1."""

from pathlib import Path

import numpy as np
import torch
from matplotlib.axes import Axes
from numpy.typing import NDArray

from model.density.noise import noise
from model.density.sampler import Sampler, head_order
from training.figure import style
from training.figure.request import Request

LOGITS = (3.0, 2.0, 1.0)
TEMPERATURES = (0.1, 0.5, 1.0, 2.0, 5.0, 20.0)
SAMPLES = 15
ROW = 0.5  # inches
HEAD, FOOT = 1.15, 0.2


def pen_states(
    logits: tuple[float, float, float], temperature: float, uniforms: NDArray[np.float32]
) -> NDArray[np.int64]:
    """States [n] (0 stays down, 1 lifts, 2 ends) that a step of decoding draws by uniforms [n], at T."""
    sampler = Sampler(mixtures=1)
    sampler.prepare(torch.zeros(2), torch.ones(2))
    work = sampler.workspace(torch.zeros(len(uniforms), 5))
    order = head_order(9)  # the raw output of one component: pen 3, then what the pen does not depend on
    work.raw.copy_(torch.cat([torch.tensor(logits), torch.zeros(7)])[order])
    drawn = torch.zeros(1, len(uniforms), 4)
    drawn[0, :, 1] = torch.from_numpy(uniforms)
    inverse, uniform, _ = sampler.begin(torch.full((len(uniforms), 2), temperature), drawn)
    sampler.choose(work, inverse, uniform[0])
    return np.asarray(work.pen)


def temperature(request: Request, path: Path) -> None:
    """For each temperature the chances, and fifteen states drawn from them."""
    height = HEAD + len(TEMPERATURES) * ROW + FOOT
    figure = style.new_figure(9.0, height)
    style.headline(
        figure,
        "What a temperature does to the pen",
        f"softmax(logits / T) of the logits {LOGITS[0]:g}, {LOGITS[1]:g}, {LOGITS[2]:g}, and {SAMPLES} draws from it",
    )
    axes = figure.add_axes((0.0, FOOT / height, 1.0, (height - HEAD - FOOT) / height))
    axes.set_xlim(0, 9.0)
    axes.set_ylim(len(TEMPERATURES), 0)
    axes.axis("off")
    for row, value in enumerate(TEMPERATURES):
        chances = torch.softmax(torch.tensor(LOGITS) / value, dim=0).tolist()
        axes.text(1.0, row + 0.5, f"T = {value:g}", size=style.TEXT, color=style.LABEL, ha="right", va="center")
        states = pen_states(LOGITS, value, noise([request.seed], row * SAMPLES, SAMPLES)[:, 0, 1])
        _chances(axes, row + 0.5, chances)
        _draws(axes, row + 0.5, states)
    _legend(axes)
    style.save(figure, path)


def _chances(axes: Axes, y: float, chances: list[float], x: float = 1.15, width: float = 2.6) -> None:
    """One bar, shared out among the states."""
    for chance, color in zip(chances, style.PEN, strict=True):
        axes.barh(y, width * chance, left=x, height=0.56, color=color)
        if chance > 0.08:
            axes.text(
                x + width * chance / 2, y, f"{chance:.0%}", size=style.SMALL, color="white", ha="center", va="center"
            )
        x += width * chance


def _draws(axes: Axes, y: float, states: NDArray[np.int64], x: float = 4.25, step: float = 0.31) -> None:
    places = x + step * np.arange(len(states))
    axes.scatter(
        places, np.full(len(states), y), s=150, c=[style.PEN[state] for state in states], marker="s", linewidths=0
    )


def _legend(axes: Axes) -> None:
    for i, (name, color) in enumerate(zip(style.PEN_NAMES, style.PEN, strict=True)):
        axes.scatter(1.23 + 1.1 * i, -0.22, s=60, c=color, marker="s", linewidths=0, clip_on=False)
        axes.text(1.38 + 1.1 * i, -0.22, name, size=style.SMALL, color=style.LABEL, va="center")
