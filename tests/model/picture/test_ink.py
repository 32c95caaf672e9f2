import io

import numpy as np
from PIL import Image

from model.picture.ink import without_alpha
from model.picture.layout import alone
from model.picture.look import Look
from model.picture.pixels import png
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
    assert 'stroke-opacity="0.502"' in to_svg(LINE, Look(color="#ff000080"))
    assert "opacity" not in to_svg(LINE, Look(color="#ff0000"))
    look = Look(stroke_width=9, padding=9, size=64, color="#ff000080")
    image = Image.open(io.BytesIO(png(alone(LINE, look), look)))
    darkest = np.asarray(image.convert("RGB")).reshape(-1, 3).min(axis=0)
    assert darkest.tolist() == [255, 127, 127]
