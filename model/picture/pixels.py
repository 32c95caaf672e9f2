"""PNG, WebP and animated GIF of a layout: the lines of the SVG, in pixels, on white or what the look says."""

import io
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from model.picture.ink import shades
from model.picture.layout import Layout
from model.picture.length import PIXELS_OF
from model.picture.look import PLAIN, SIZE, Look
from model.picture.tile import Tile, tile_of

SHADES = 16  # from paper to ink: as many as the spots can tell, and a pixel is half a byte
PAPER = "white"
THINNEST = 1.0  # pixels of a line: in a small picture a true one would be too faint to see
STEP = 50  # milliseconds of a frame, so 20 points a second: about as fast as a hand
HOLD = 2000  # milliseconds of the last frame, before it begins anew
SHOWN, HELD = 150, 1000  # milliseconds of a picture of a flipbook, and of its ends
ROUNDING = 1e-6  # a side that is a whole number but for rounding is that number
MOST_FRAMES = 120  # more curves than that are drawn several to a frame, so that none is longer than 8 seconds


def png(layout: Layout, look: Look = PLAIN, *, title: str = "") -> bytes:
    """A PNG with the title in its text, and its resolution where the look says how large it is on paper or a screen.

    Raises ValueError for no colour.
    """
    canvas = _Canvas(layout, _longer(layout, look))
    for tile in canvas.tiles():
        canvas.draw(tile, len(tile))
    text = PngInfo()
    if title:
        text.add_itxt("Title", title)
    content = io.BytesIO()
    canvas.picture(look).save(content, "PNG", optimize=True, pnginfo=text, **_resolution(layout, look))
    return content.getvalue()


def webp(layout: Layout, look: Look = PLAIN) -> bytes:
    """The same as a WebP without loss; it has no title. Raises ValueError for no colour."""
    canvas = _Canvas(layout, _longer(layout, look))
    for tile in canvas.tiles():
        canvas.draw(tile, len(tile))
    content = io.BytesIO()
    canvas.picture(look).save(content, "WEBP", lossless=True, method=2, quality=50)  # the smallest for its time
    return content.getvalue()


def gif(layout: Layout, look: Look = PLAIN, *, title: str = "") -> bytes:
    """A GIF in which the drawings grow curve by curve, all at one pace, for ever; the whole is held for a while.

    Its last frame is the PNG. Raises ValueError for no colour.
    """
    canvas = _Canvas(layout, _longer(layout, look))
    tiles = list(canvas.tiles())
    longest = max(map(len, tiles))
    stride = -(-longest // MOST_FRAMES)
    count = -(-longest // stride)
    frames = _frames(canvas, tiles, stride, count, look)
    content = io.BytesIO()
    next(frames).save(
        content,
        "GIF",
        save_all=True,
        append_images=frames,
        duration=[STEP] * (count - 1) + [HOLD],
        loop=0,
        optimize=False,  # the palette is as small as it can be
        comment=title.encode()[:255],
    )
    return content.getvalue()


def flipbook(layouts: Sequence[Layout], look: Look = PLAIN, *, title: str = "") -> bytes:
    """A GIF that shows canvases of one size, each whole, one after the other and back again, for ever.

    The first and the last are held for a while. Raises ValueError for no colour.
    """
    pictures = []
    for layout in layouts:
        canvas = _Canvas(layout, _longer(layout, look))
        for tile in canvas.tiles():
            canvas.draw(tile, len(tile))
        pictures.append(canvas.frame(look))
    held, shown = [HELD] + [SHOWN] * (len(pictures) - 2) + [HELD], [SHOWN] * (len(pictures) - 2)
    content = io.BytesIO()
    pictures[0].save(
        content,
        "GIF",
        save_all=True,
        append_images=pictures[1:] + pictures[-2:0:-1],
        duration=held + shown,
        loop=0,
        optimize=False,
        disposal=2,
        comment=title.encode()[:255],
    )
    return content.getvalue()


def _longer(layout: Layout, look: Look) -> int:
    """Pixels of the picture's longer side."""
    return max(1, round(_shown(layout, look) * look.dpr))


def _shown(layout: Layout, look: Look) -> float:
    """How long that side is to be shown, in pixels of CSS."""
    return min(max(layout.sides) if layout.sides else look.size or SIZE, look.most)


def _resolution(layout: Layout, look: Look) -> dict[str, tuple[float, float]]:
    """Pixels to an inch each way, as Pillow takes them; nothing of a picture that is so many pixels and no more."""
    if look.unit == "px" and look.dpr == 1:
        return {}
    each = _longer(layout, look) / _shown(layout, look) * PIXELS_OF["in"]
    return {"dpi": (each, each)}


def _frames(canvas: "_Canvas", tiles: Sequence[Tile], stride: int, count: int, look: Look) -> Iterator[Image.Image]:
    for frame in range(1, count + 1):
        for tile in tiles:
            canvas.draw(tile, frame * stride)
        yield canvas.frame(look)


class _Canvas:
    """The picture so far: how much of each pixel is ink."""

    def __init__(self, layout: Layout, size: int) -> None:
        self._layout = layout
        self._scale = size / max(layout.size)  # pixels for one of the layout's
        width, height = (max(1, math.ceil(side * self._scale - ROUNDING)) for side in layout.size)
        self._ink = Image.new("L", (width, height))

    def tiles(self) -> Iterator[Tile]:
        """The part of it that belongs to each drawing, blank."""
        line = max(THINNEST / self._scale, self._layout.line)
        corner = -self._scale * np.array(self._layout.low)
        for placed in self._layout.drawings:
            yield tile_of(placed, line, corner, self._scale, self._ink.size, brush=self._layout.brush)

    def draw(self, tile: Tile, parts: int) -> None:
        """Draw the first `parts` of a drawing."""
        if tile.draw(parts):
            below = self._ink.crop(tile.box)
            self._ink.paste(ImageChops.lighter(below, tile.reduced()), tile.box)

    def picture(self, look: Look) -> Image.Image:
        """It in shades from paper to ink."""
        colors = shades(look.color, look.background or PAPER, SHADES, look.opacity)
        picture = self._shaded(colors, np.arange(SHADES))
        if colors[:, 3].min() < 255:
            picture.info["transparency"] = colors[:, 3].tobytes()
        return picture

    def frame(self, look: Look) -> Image.Image:
        """The same for a GIF, whose pixels are opaque or nothing: nothing where less than half as opaque as the ink."""
        colors = shades(look.color, look.background or PAPER, SHADES, look.opacity)
        clear = 2.0 * colors[:, 3] < colors[:, 3].max()
        picture = self._shaded(colors, np.where(clear, 0, np.arange(SHADES)))
        if clear.any():
            picture.info["transparency"] = 0
        return picture

    def _shaded(self, colors: NDArray[np.uint8], shown: NDArray[np.int64]) -> Image.Image:
        """`colors` [SHADES, 4] from paper to ink; of each shade, which of them is `shown` for it."""
        picture = self._ink.point([int(shown[round(grey * (SHADES - 1) / 255)]) for grey in range(256)])
        picture.putpalette(colors[:, :3].tobytes())
        return picture
