"""Drawings made in a drawing program: SVG files, one drawing each.

Every outline counts, in the order of the file, with transformations and reuse resolved and curves flattened. Where any
outline has a stroke colour, those without (backgrounds, fillings) are left out: no pen drew them.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import numpy as np
from svgelements import SVG, Close, Line, Move, PathSegment, Shape
from svgelements import Path as Outline

from model.errors import DrawingError
from model.simplify import Points
from model.strokes import from_polylines
from training.data.simplify_lines import as_dataset
from training.data.sketch import Records, Sketch
from training.data.source import DAMAGED, opened
from training.errors import DataError

ENDINGS = (".svg", ".svgz", ".svg.gz")
PIECES = 64  # of a curve; a circle as large as the box is met within a sixth of a pixel


def records(file: BinaryIO, word: str) -> Records:
    """The one record of an SVG file."""
    yield "the drawing", partial(_sketch, file, word)


def folder_records(folder: Path, word: str) -> Records:
    """A record for each SVG file of a folder, in order of name. Raises DataError when there is none."""
    files = svg_files(folder)
    if not files:
        raise DataError(f"{folder} holds no SVG file")
    for path in files:
        yield path.name, partial(_read, path, word)


def svg_files(folder: Path) -> list[Path]:
    """The SVG files of a folder in order of name."""
    return sorted(path for path in folder.iterdir() if path.name.lower().endswith(ENDINGS))


def _read(path: Path, word: str) -> Sketch:
    try:
        with opened(path) as file:
            return _sketch(file, word)
    except DAMAGED as error:
        raise DrawingError(str(error)) from error


def _sketch(file: BinaryIO, word: str) -> Sketch:
    try:
        document = SVG.parse(file)
    except ParseError as error:
        raise DrawingError(f"not SVG ({error})") from error
    if not isinstance(document, SVG):
        raise DrawingError("not SVG (its outermost element is another)")
    shapes = [element for element in document.elements() if isinstance(element, Shape)]
    drawn = [shape for shape in shapes if shape.stroke is not None and shape.stroke.value is not None]
    strokes = [stroke for shape in drawn or shapes for stroke in _polylines(Outline(shape))]
    return Sketch(word, from_polylines(as_dataset(strokes)))


def _polylines(outline: Outline) -> Iterator[Points]:
    """A polyline [m, 2] for each part of an outline that the pen draws without lifting."""
    for part in outline.as_subpaths():
        pieces = [_points(segment) for segment in part if not isinstance(segment, Move)]
        if pieces:
            yield np.concatenate(pieces)


def _points(segment: PathSegment) -> Points:
    """Points [m, 2] along one segment, its ends among them."""
    if isinstance(segment, Line | Close):
        return np.array([segment.start, segment.end], dtype=np.float64)
    along: Points = segment.npoint(np.linspace(0, 1, PIECES + 1))
    return along
