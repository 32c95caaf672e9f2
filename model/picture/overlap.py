"""How far the lines of two drawings cover each other: the cosine of their blurred pictures.

1 for the same lines, and above 0.9 for what a person would take for a copy. Where a drawing was, and how large, leaves
no trace.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from model.picture.raster import rasterise
from model.strokes import Array

BLUR = 2.0  # pixels of 64: lines that a hand would draw over each other count as one

Pictures = NDArray[np.float32]  # [n, pixels], each of length 1


def blurred(drawings: Sequence[Array]) -> Pictures:
    """Pictures of n drawings [T, 5], blurred and of length 1: [n, pixels]. Their products are the cosines."""
    blur = ImageFilter.GaussianBlur(BLUR)
    pictures = [np.asarray(Image.fromarray(rasterise(drawing)).filter(blur), np.float32) for drawing in drawings]
    flat = np.stack([picture.ravel() for picture in pictures])
    found: Pictures = flat / np.linalg.norm(flat, axis=1, keepdims=True)  # no picture is blank: a dot is drawn, too
    return found


def nearest(drawings: Sequence[Array], originals: Sequence[Array], weights: Sequence[Sequence[float]]) -> list[int]:
    """Of drawings, as many for each of `weights` in turn, the number of the one that covers the originals most.

    `weights`: what each of the originals counts, for each of those that are chosen.
    """
    each = len(drawings) // len(weights)
    near = (blurred(drawings) @ blurred(originals).T).reshape(len(weights), each, len(originals))
    best = np.einsum("nko,no->nk", near, np.array(weights, np.float32)).argmax(axis=1)
    return [first * each + int(which) for first, which in enumerate(best)]
