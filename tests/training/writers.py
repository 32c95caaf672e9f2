"""Drawings and writers of each format, for tests of the readers."""

import gzip
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.picture.look import Look
from model.picture.svg import to_svg
from model.strokes import Array, from_polylines

Strokes = list[list[tuple[int, int]]]

COORDINATE = st.integers(0, 255)
STROKES = st.lists(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=12), min_size=1, max_size=5)
FILES = st.lists(STROKES, min_size=1, max_size=4)
# Already in the dataset's form: one stroke spans the box, so that no reader moves or scales anything.
WHOLE = STROKES.map(lambda strokes: [*strokes, [(0, 0), (255, 255)]])
WHOLE_FILES = st.lists(WHOLE, min_size=1, max_size=4)


def rows(strokes: Strokes) -> Array:
    return from_polylines([np.array(stroke) for stroke in strokes])


def stroke3(strokes: Strokes, scale: int = 1) -> NDArray[np.int16]:
    stroke5 = rows(strokes)[:-1]
    return np.stack([stroke5[:, 0] * scale, stroke5[:, 1] * scale, stroke5[:, 3]], axis=1).astype(np.int16)


def ndjson(path: Path, drawings: Sequence[Strokes], *, raw: bool = False) -> Path:
    lines = []
    for strokes in drawings:
        lists = [[list(axis) for axis in zip(*stroke, strict=True)] for stroke in strokes]
        timed = [[*stroke, list(range(len(stroke[0])))] for stroke in lists] if raw else lists
        lines.append(json.dumps({"word": "cat", "key_id": "7", "recognized": True, "drawing": timed}))
    return put(path, ("\n".join(lines) + "\n").encode())


def binary(path: Path, drawings: Sequence[Strokes], key: int = 5_374_480_153_051_136) -> Path:
    content = b""
    for strokes in drawings:
        content += struct.pack("<Q2sbIH", key, b"DE", 1, 1_488_550_000, len(strokes))
        for stroke in strokes:
            xs, ys = zip(*stroke, strict=True)
            content += struct.pack("<H", len(stroke)) + bytes(xs) + bytes(ys)
    return put(path, content)


def npz(path: Path, scale: int = 1, **members: Sequence[Strokes]) -> Path:
    """Members of stroke-3, as numpy's own `savez` pickles them."""
    plain = path.with_name(path.name.removesuffix(".gz"))
    with plain.open("wb") as file:
        arrays: dict[str, Any] = {name: objects(drawings, scale) for name, drawings in members.items()}
        np.savez_compressed(file, **arrays)
    return put(path, plain.read_bytes())


def objects(drawings: Sequence[Strokes], scale: int = 1) -> NDArray[np.object_]:
    array = np.empty(len(drawings), dtype=object)
    for i, strokes in enumerate(drawings):
        array[i] = stroke3(strokes, scale)
    return array


def svgs(folder: Path, drawings: Sequence[Strokes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for i, strokes in enumerate(drawings):
        # straight: a curve may go beyond its points, and the box with it
        put(folder / f"{i:03}.svg{'z' if i % 2 else ''}", to_svg(rows(strokes), Look(smooth=False)).encode())
    return folder


def put(path: Path, content: bytes) -> Path:
    """Zipped if the name says so."""
    path.write_bytes(gzip.compress(content) if path.suffix in (".gz", ".svgz") else content)
    return path
