"""Two categories that only the picture tells apart: ellipses and rectangles, anywhere, of any size, begun anywhere."""

import gzip
import json
from pathlib import Path

import numpy as np

from model.strokes import Array, from_polylines

CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)


def points(kind: str, count: int, seed: int = 0) -> list[np.ndarray]:
    """`count` closed outlines [m, 2] of a kind, with a wobble."""
    rng = np.random.default_rng([seed, len(kind)])
    found = []
    for _ in range(count):
        turn = rng.uniform(0, 2 * np.pi) + np.linspace(0, 2 * np.pi, 13)
        circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        square = np.roll(CORNERS, rng.integers(4), axis=0)[[0, 1, 2, 3, 0]]
        outline = {"round": circle, "square": square}[kind]
        placed = outline * rng.uniform(30, 120, 2) + rng.uniform(0, 100, 2)
        found.append(np.round(placed + rng.normal(0, 2, outline.shape)))
    return found


def drawings(kind: str, count: int, seed: int = 0) -> list[Array]:
    return [from_polylines([outline]) for outline in points(kind, count, seed)]


def write(path: Path, kind: str, count: int, seed: int = 0, *, recognized: bool = True) -> Path:
    """A gzip ndjson file of such drawings."""
    lines = [
        json.dumps({"word": kind, "recognized": recognized, "drawing": [outline.T.tolist()]})
        for outline in points(kind, count, seed)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return path


def folder(path: Path, count: int = 150) -> Path:
    """A folder of one file for each of the two categories."""
    for kind in ("round", "square"):
        write(path / f"{kind}.ndjson.gz", kind, count)
    return path
