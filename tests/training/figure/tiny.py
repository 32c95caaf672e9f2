"""Small checkpoints and drawings of which figures are made."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from model.names import slug
from model.saving import save_checkpoint
from model.strokes import Array
from tests.model import samples
from tests.training import networks, shapes
from training.figure.request import Request

CATEGORY = "Wobbly Square"


def checkpoint(root: Path, system: str, folder: str, name: str = CATEGORY, **subject: Any) -> Path:
    """A random network whose drawings have up to 12 points: of some figures each is a frame."""
    return networks.write(root / folder, name, system=system, **({"max_points": 12} | subject))


def coded(root: Path) -> None:
    """Beside them a network with an encoder that draws the category and another thing."""
    names = (CATEGORY, "Round")
    subjects = [samples.subject(name=name, slug=slug(name), max_points=60, temp_xy=0.3) for name in names]
    weights = samples.shared_weights(subjects=2)
    card = samples.card_of(weights, subjects=subjects, system="coded")
    save_checkpoint(root / "checkpoints" / "coded", weights, card)


def request(root: Path, **changes: object) -> Request:
    """Figures of two systems of a category, and of sixty drawings of it."""
    if not root.joinpath("checkpoints").exists():
        checkpoint(root / "checkpoints", "gmm512_20", "wobbly-square", default=True)
        checkpoint(root / "checkpoints", "base", "wobbly-square@base", temp_xy=0)
        checkpoint(root / "checkpoints", "gmm128_1", "wobbly-square@gmm128_1")
        shapes.write(root / "data" / "wobbly square.ndjson.gz", "square", 60)
    given: dict[str, object] = {
        "category": CATEGORY, "checkpoints": root / "checkpoints", "data": root / "data", "seed": 3,
    }  # fmt: skip
    return Request(**(given | changes))  # type: ignore[arg-type] # what a test changes may be anything


def lines(figure: Figure) -> list[list[Array]]:
    """The polylines of each drawing on a figure, in the axes' units."""
    return [
        [np.asarray(path.vertices, np.float32) for path in found.get_paths()]
        for axes in figure.axes
        for found in axes.collections
        if isinstance(found, LineCollection)
    ]
