"""A drawing on its way into a picture of pixels: in its own corner of the canvas, as far as it is drawn."""

import numpy as np
from PIL import Image, ImageDraw

from model.picture.brush import brushed
from model.picture.curves import Curves, Floats
from model.picture.mark import Mark, band_marks, line_marks

OVERSAMPLED = 4  # drawn this much larger and averaged down: 16 spots to a pixel, for smooth edges


class Tile:
    """One drawing in its own corner of the canvas, larger than it will be, as far as it is drawn."""

    def __init__(self, box: tuple[int, int, int, int], marks: list[Mark], line: float) -> None:
        """`box` is in pixels of the canvas, `marks` and the width of the `line` in spots of the tile."""
        self.box = box
        self._marks, self._line = marks, round(line)
        self._mask = Image.new("L", ((box[2] - box[0]) * OVERSAMPLED, (box[3] - box[1]) * OVERSAMPLED))
        self._pen = ImageDraw.Draw(self._mask)
        self._drawn = 0

    def __len__(self) -> int:
        """Parts of the drawing: where each stroke begins, and its curves."""
        return len(self._marks)

    def draw(self, parts: int) -> bool:
        """Go on to so many parts; whether there was anything to draw."""
        new = self._marks[self._drawn : parts]
        for mark in new:
            if mark.line:
                self._pen.line(mark.line, fill=255, width=self._line)
            for area in mark.areas:
                self._pen.polygon(area, fill=255)
            for x, y, radius in mark.discs:
                half = max(radius - 0.5, 0.0)  # Pillow draws the spots at the ends, too
                self._pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        self._drawn += len(new)
        return bool(new)

    def reduced(self) -> Image.Image:
        """It in pixels of the canvas."""
        return self._mask.reduce(OVERSAMPLED)


def tile_of(curves: Curves, line: float, corner: Floats, scale: float, size: tuple[int, int], *, brush: bool) -> Tile:
    """The tile, blank, of curves with lines so wide, at `corner + scale * curves` of a canvas of `size` pixels."""
    placed = curves.moved(corner, scale)
    margin = line * scale / 2
    lowest, highest = placed.bounds()
    low = np.clip(np.floor(lowest - margin), 0, np.array(size) - 1).astype(int)
    high = np.clip(np.ceil(highest + margin), low + 1, size).astype(int)
    own = -low * OVERSAMPLED - 0.5  # a spot's middle is its number here
    if brush:
        marks = band_marks(brushed(curves, line).moved(corner, scale).moved(own, OVERSAMPLED))
    else:
        marks = line_marks(placed.moved(own, OVERSAMPLED), line * scale * OVERSAMPLED, OVERSAMPLED)
    return Tile((int(low[0]), int(low[1]), int(high[0]), int(high[1])), marks, line * scale * OVERSAMPLED)
