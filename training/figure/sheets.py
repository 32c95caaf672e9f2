"""Figures that are a table of drawings: real ones, each system's, and those of one network at many temperatures."""

from pathlib import Path

import numpy as np

from training.figure.grid import grid
from training.figure.request import Request
from training.figure.style import save

COLUMNS = 8
REAL_ROWS = 6
TEMP_P = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0)
TEMP_XY = (0.0, 0.1, 0.3, 0.6, 1.0, 1.5)


def dataset(request: Request, path: Path) -> None:
    """Real drawings of the category, picked at random by the seed."""
    picked = np.random.default_rng(request.seed).permutation(len(request.real))[: REAL_ROWS * COLUMNS]
    drawings = [request.real[i] for i in picked]
    rows = [("", drawings[i : i + COLUMNS]) for i in range(0, len(drawings), COLUMNS)]
    note = f"picked at random from {request.counted}, as training reads them"
    save(grid(f"{request.category}, drawn by people", note, rows, labels=0), path)


def pen_temperature(request: Request, path: Path) -> None:
    """What becomes of the same drawings as the pen's temperature rises."""
    card = request.subject.card
    rows = [(f"$T_p$ = {t:g}", [d.stroke5 for d in request.drawn(request.subject, COLUMNS, temp_p=t)]) for t in TEMP_P]
    note = f"when a line, and the drawing, ends is drawn from softmax(logits / $T_p$); $T_{{xy}}$ = {card.temp_xy:g}"
    save(grid(f"{card.name}, by the pen's temperature", note, rows), path)


def move_temperature(request: Request, path: Path) -> None:
    """What becomes of the same drawings as the moves' temperature rises."""
    card = request.subject.card
    rows = [
        (f"$T_{{xy}}$ = {t:g}", [d.stroke5 for d in request.drawn(request.subject, COLUMNS, temp_xy=t)])
        for t in TEMP_XY
    ]
    note = (
        "weights of the mixture sharpened by 1 / $T_{xy}$, covariances multiplied by it; " + f"$T_p$ = {card.temp_p:g}"
    )
    save(grid(f"{card.name}, by the moves' temperature", note, rows), path)


def systems(request: Request, path: Path) -> None:
    """The first drawings of every system that the category has, the article's ladder from the top down."""
    rows = []
    for subject in request.systems():
        system, nats = subject.checkpoint.card.system, subject.card.nats
        label = system if nats is None else f"{system}\n{nats.total:.2f} nats"
        rows.append((label, [drawing.stroke5 for drawing in request.drawn(subject, COLUMNS)]))
    note = "each at the temperatures that its card recommends; nats per point on held-out drawings, lower is better"
    save(grid(f"{request.category}, by every system", note, rows, labels=1.4), path)
