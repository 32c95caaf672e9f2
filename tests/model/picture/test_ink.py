import io
from dataclasses import replace

import numpy as np
from PIL import Image

from model.picture.ink import shades, without_alpha
from model.picture.layout import alone
from model.picture.look import Look
from model.picture.pixels import gif, png
from model.picture.svg import to_svg
from model.strokes import from_polylines

LINE = from_polylines([[(0, 0), (100, 0)]])


def test_alpha_is_split_off() -> None:
    """Eight digits are a colour and its opacity; others are opaque."""
    assert without_alpha("#01020333") == ("#010203", 0.2)
    assert without_alpha("#010203") == ("#010203", 1.0)
    assert without_alpha("teal") == ("teal", 1.0)


def test_pictures_show_how_opaque_a_colour_is() -> None:
    """In SVG by an attribute that every reader knows, in pixels by mixing it with the paper."""
    assert 'stroke="#ff0000"' in to_svg(LINE, Look(color="#ff000080"))
    assert 'stroke-opacity=".502"' in to_svg(LINE, Look(color="#ff000080"))
    assert "opacity" not in to_svg(LINE, Look(color="#ff0000"))
    look = Look(stroke_width=9, padding=9, size=64, color="#ff000080")
    image = Image.open(io.BytesIO(png(alone(LINE, look), look)))
    darkest = np.asarray(image.convert("RGB")).reshape(-1, 3).min(axis=0)
    assert darkest.tolist() == [255, 127, 127]


def test_shades_go_from_paper_to_ink() -> None:
    """Mixed where the paper is opaque; where there is none they have the ink's colour, and its alpha grows."""
    assert shades("#ff0000", "#0000ff", 3).tolist() == [[0, 0, 255, 255], [128, 0, 128, 255], [255, 0, 0, 255]]
    assert shades("#ff0000", "#00000000", 3).tolist() == [[255, 0, 0, 0], [255, 0, 0, 128], [255, 0, 0, 255]]


def test_pixels_lie_on_what_is_asked_for() -> None:
    """A colour, or nothing: a PNG is then transparent by degrees, a GIF is or is not."""
    look = Look(stroke_width=9, padding=9, size=64, color="#ff0000")
    clear = replace(look, background="#00000000")
    for draw in (png, gif):
        there = np.asarray(
            Image.open(io.BytesIO(draw(alone(LINE, look), replace(look, background="#00ff00")))).convert("RGBA")
        )
        assert there[0, 0].tolist() == [0, 255, 0, 255]
        alpha = np.asarray(Image.open(io.BytesIO(draw(alone(LINE, clear), clear))).convert("RGBA"))[:, :, 3]
        assert alpha[0, 0] == 0
        assert alpha.max() == 255
        assert (len(np.unique(alpha)) > 2) == (draw is png)


def test_screens_with_more_pixels_get_them() -> None:
    """`dpr` multiplies both sides."""
    look = Look(width=96, height=48, dpr=2)
    assert Image.open(io.BytesIO(png(alone(LINE, look), look))).size == (192, 96)
