"""The colours of a picture: lines, and what they lie on."""

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

CURRENT = "currentColor"  # of the text around an SVG


def without_alpha(color: str) -> tuple[str, float]:
    """A colour and how opaque it is, 0 to 1: `#rrggbbaa` is `#rrggbb` in part, any other is whole.

    Raises ValueError for what is none.
    """
    if color != CURRENT:
        ImageColor.getrgb(color)
    if color.startswith("#") and len(color) == 9:
        return color[:7], int(color[7:], 16) / 255
    return color, 1.0


def shades(ink: str, paper: str, count: int, opacity: float = 1.0) -> NDArray[np.uint8]:
    """From paper to ink that lies on it, so opaque, in steps: red, green, blue and alpha [count, 4].

    Raises ValueError for what is no colour.
    """
    below, above = _channels(paper), _channels(ink)
    alpha = opacity * above[3] * np.linspace(0, 1, count)[:, None]
    through = below[3] * (1 - alpha)  # what is seen of the paper
    whole = alpha + through
    mixed = (above[:3] * alpha + below[:3] * through) / np.maximum(whole, 1e-9)
    mixed = np.where(whole > 0, mixed, above[:3])  # nothing at all has the ink's colour: viewers may blend by it
    return np.round(np.hstack([mixed, 255 * whole])).astype(np.uint8)


def _channels(color: str) -> NDArray[np.float64]:
    opaque, alpha = without_alpha(color)
    return np.array([*ImageColor.getrgb(opaque)[:3], alpha], np.float64)
