"""Drawings made in a drawing program: SVG files, one drawing each.

What a browser shows counts, from the back to the front, with curves flattened. Where any outline is stroked, those
that are only filled are left out, and counted: no pen drew them. Where none is, the outlines of the fillings are all
there is. The paper, a filled rectangle behind all else, is never a stroke.
"""

import logging
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import numpy as np
from svgelements import Close, Line, Move, PathSegment
from svgelements import Path as Outline

from model.errors import DrawingError
from model.simplify import Points
from model.strokes import from_polylines
from training.data.simplify_lines import as_dataset
from training.data.sketch import Records, Sketch
from training.data.source import DAMAGED, is_debris, opened, some_of
from training.data.svg.document import Document
from training.data.svg.paper import without_paper
from training.data.svg.style_sheets import local_name
from training.errors import DataError

log = logging.getLogger(__name__)
ENDINGS = (".svg", ".svgz", ".svg.gz")
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["'][^>]*>(.*)""", re.DOTALL)
PIECES = 64  # of a curve; a circle as large as the box is met within a sixth of a pixel


def records(file: BinaryIO, word: str) -> Records:
    """The one record of an SVG file."""
    yield "the drawing", partial(_sketch, file, word)


def folder_records(folder: Path, word: str) -> Records:
    """A record for each SVG file of a folder, in order of name. Raises DataError when there is none."""
    files, others = _entries(folder)
    if not files:
        raise DataError(f"{folder} holds no SVG file{f', but {some_of(others)}' if others else ''}")
    if others:
        log.warning("%s: passed over what is no SVG file: %s", folder, some_of(others))
    for path in files:
        yield path.name, partial(_read, path, word)


def svg_files(folder: Path) -> list[Path]:
    """The SVG files of a folder in order of name, but for what an operating system put there.

    Raises DataError where the folder cannot be read.
    """
    return _entries(folder)[0]


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """The SVG files of a folder, and what else a person put there, in order of name."""
    try:
        there = sorted(path for path in folder.iterdir() if not is_debris(path))
        files = [path for path in there if path.name.lower().endswith(ENDINGS) and not path.is_dir()]
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror or error}") from error
    known = set(files)
    return files, [path for path in there if path not in known]


def _read(path: Path, word: str) -> Sketch:
    try:
        with opened(path) as file:
            return _sketch(file, word)
    except (DataError, *DAMAGED) as error:  # of one drawing, not of the folder
        raise DrawingError(str(error).removeprefix(f"{path}: ")) from error


def _sketch(file: BinaryIO, word: str) -> Sketch:
    try:
        root = _root(file)
    except (ElementTree.ParseError, LookupError, UnicodeDecodeError) as error:
        raise DrawingError(f"not SVG ({error})") from error
    if local_name(root) != "svg":
        raise DrawingError("not SVG (its outermost element is another)")
    document = Document(root)
    shapes = without_paper(list(document.shown()), document.size)
    drawn = [shape for shape in shapes if shape.stroked]
    strokes = [stroke for shape in drawn or shapes for stroke in _polylines(shape.outline)]
    filled = len(shapes) - len(drawn)
    stroke5 = from_polylines(as_dataset(strokes))
    return Sketch(word, stroke5, fills_left_out=filled if drawn else 0, fills_outlined=0 if drawn else filled)


def _root(file: BinaryIO) -> ElementTree.Element:
    """The outermost element; expat bounds entities, and fetches none. Raises ParseError, LookupError, UnicodeError."""
    try:
        return ElementTree.parse(file).getroot()  # noqa: S314
    except ValueError:  # an encoding of several bytes to a letter, of which expat knows but Unicode's
        file.seek(0)
        found = DECLARED.fullmatch(file.read())
        if found is None:
            raise
        return ElementTree.fromstring(found[2].decode(found[1].decode()))  # noqa: S314


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
