"""A drawing as a small grey picture: what a classifier of drawings looks at.

The picture shows the lines alone. Where a drawing was, how large it was, in which order and direction it was drawn
and at how many points leave no trace in it, so that nothing but the picture can give a generator away.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.errors import DrawingError
from model.strokes import Array, to_polylines

SIZE = 64  # pixels a side
OVERSAMPLED = 2  # drawn this much larger and averaged down, so that lines have grey edges
MARGIN = 3.0  # pixels around the drawing's box: room for half a line, and for what convolutions do at the edge
WIDTH = 1.5  # pixels of a line

Picture = NDArray[np.uint8]


def rasterise(stroke5: Array, *, size: int = SIZE, width: float = WIDTH) -> Picture:
    """The picture [size, size] uint8, 255 on the line and 0 beside it, of a drawing [T, 5].

    The longer side of the drawing's own box fills the picture inside the margin, the shorter is centred.
    Raises DrawingError when a number is not finite.
    """
    lines = to_polylines(stroke5)
    if not all(np.isfinite(line).all() for line in lines):
        raise DrawingError("a drawing's coordinates must be finite numbers")
    canvas = size * OVERSAMPLED
    image = Image.new("L", (canvas, canvas))
    pen = ImageDraw.Draw(image)
    thickness = max(1, round(width * OVERSAMPLED))
    for points in _fitted(lines, size):
        if len(points) == 1 or not np.ptp(points, axis=0).any():  # a dot: Pillow draws no line of no length
            (x, y), half = points[0], thickness / 2
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        else:
            pen.line(points.ravel().tolist(), fill=255, width=thickness)
    return np.asarray(image.reduce(OVERSAMPLED))


def rasterise_all(drawings: Sequence[Array], *, size: int = SIZE, width: float = WIDTH) -> Picture:
    """Pictures [n, size, size] uint8 of n drawings."""
    pictures = np.zeros((len(drawings), size, size), np.uint8)
    for picture, drawing in zip(pictures, drawings, strict=True):
        picture[:] = rasterise(drawing, size=size, width=width)
    return pictures


def _fitted(lines: Sequence[Array], size: int) -> list[Array]:
    """The lines in canvas pixels: box centred, longer side as long as the margin allows."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    longer = float((high - low).max())
    scale = (size - 1 - 2 * MARGIN) / longer if longer > 0 else 0.0
    centre = (low + high) / 2
    return [((line - centre) * scale + (size - 1) / 2) * OVERSAMPLED + (OVERSAMPLED - 1) / 2 for line in lines]
