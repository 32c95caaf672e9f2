"""Which drawings are trained on: decided by each drawing itself, so that no file, order or run can mix the splits."""

import hashlib
from typing import Literal

import numpy as np

from model.strokes import Array

Split = Literal["train", "valid", "test"]
VALID_PERCENT, TEST_PERCENT = 10, 10


def digest(stroke5: Array) -> bytes:
    """A hash of a drawing's rows [T, 5] to a hundredth of a pixel: equal for twins in whatever file or format."""
    return hashlib.sha256((np.round(stroke5, 2) + 0.0).astype("<f4").tobytes()).digest()


def split_of(stroke5: Array) -> Split:
    """The split of a drawing [T, 5]: 80 % train, 10 % valid, 10 % test, by its `digest`.

    Twins share a split, and the same drawing has the same split in every file, category and format.
    """
    percent = int.from_bytes(digest(stroke5)[:8], "little") % 100
    if percent < TEST_PERCENT:
        return "test"
    return "valid" if percent < TEST_PERCENT + VALID_PERCENT else "train"
