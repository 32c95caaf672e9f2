"""A sheet of drawings as a file, SVG or PNG."""

from collections.abc import Sequence
from pathlib import Path

from model.files import write_whole
from model.picture.layout import sheet
from model.picture.look import Look
from model.picture.pixels import png
from model.picture.svg import sheet_svg
from model.strokes import Array
from training.errors import TrainingError

COLUMNS = 10
TILE = 160  # pixels a side of a drawing's cell in a PNG


def write_sheet(path: Path, drawings: Sequence[Array], *, columns: int = COLUMNS) -> None:
    """Write drawings [T, 5] in rows of `columns` to a file whose ending says SVG or PNG.

    Raises TrainingError when it says neither, or when the file cannot be written.
    """
    columns = min(columns, len(drawings))
    match path.suffix.lower():
        case ".svg":
            content = sheet_svg(drawings, Look(background="white"), columns=columns).encode()
        case ".png":
            canvas = sheet(drawings, columns=columns)
            content = png(canvas, Look(size=TILE * max(columns, -(-len(drawings) // columns))))
        case _:
            raise TrainingError(f"{path} must end in .svg or .png")
    try:
        write_whole(path, content)
    except OSError as error:
        raise TrainingError(f"{path} cannot be written: {error.strerror or error}") from error
