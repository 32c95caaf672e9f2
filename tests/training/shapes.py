"""Small drawings made by the tests: wobbly squares and zigzags, so that no test needs a download."""

import gzip
import json
from pathlib import Path

import numpy as np

from model.strokes import Array, from_polylines

SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)
ZIGZAG = np.array([[0, 0], [30, 90], [60, 0], [90, 90], [120, 0], [150, 90]], float)


def polylines(kind: str, count: int, seed: int = 0) -> list[list[np.ndarray]]:
    """`count` drawings of a kind, each with a short second stroke."""
    rng = np.random.default_rng(seed)
    shape = {"square": SQUARE, "zigzag": ZIGZAG}[kind]
    wobble = [np.round(shape + rng.normal(0, 4, shape.shape)) for _ in range(count)]
    return [[points, np.round(points[:2] / 3 + [40, 30])] for points in wobble]


def drawings(kind: str, count: int, seed: int = 0) -> list[Array]:
    return [from_polylines(strokes) for strokes in polylines(kind, count, seed)]


def write(path: Path, kind: str, count: int, seed: int = 0) -> Path:
    """An ndjson file of such drawings, gzip if its name says so."""
    lines = [
        json.dumps({"word": kind, "key_id": str(i), "recognized": True, "drawing": [s.T.tolist() for s in strokes]})
        for i, strokes in enumerate(polylines(kind, count, seed))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
