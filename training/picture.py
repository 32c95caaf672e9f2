"""A sheet of drawings as a file: SVG, or PNG by Pillow."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from model.strokes import Array
from model.svg import sheet_svg
from training.errors import TrainingError
from training.raster import rasterise

COLUMNS = 10
TILE = 160  # pixels a side of a drawing in a PNG
LINE = 2.0  # pixels of a line there


def write_sheet(path: Path, drawings: Sequence[Array], *, columns: int = COLUMNS) -> None:
    """Write drawings [T, 5] in rows of `columns` to a file whose ending says SVG or PNG.

    Raises TrainingError when it says neither, or when the file cannot be written.
    """
    columns = min(columns, len(drawings))
    match path.suffix.lower():
        case ".svg":
            content = sheet_svg(drawings, columns=columns, background="white").encode()
        case ".png":
            content = _png(drawings, columns)
        case _:
            raise TrainingError(f"{path} must end in .svg or .png")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise TrainingError(f"{path} cannot be written: {error.strerror or error}") from error


def _png(drawings: Sequence[Array], columns: int) -> bytes:
    rows = -(-len(drawings) // columns)
    sheet = np.full((rows * TILE, columns * TILE), 255, np.uint8)
    for i, drawing in enumerate(drawings):
        top, left = i // columns * TILE, i % columns * TILE
        sheet[top : top + TILE, left : left + TILE] -= rasterise(drawing, size=TILE, width=LINE)
    content = io.BytesIO()
    Image.fromarray(sheet).save(content, "PNG", optimize=True)
    return content.getvalue()
