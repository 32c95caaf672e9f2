"""Which drawings are trained on: decided by each drawing itself, so that no file, order or run can mix the splits."""

import hashlib
from typing import Literal

import numpy as np

from model.strokes import Array

Split = Literal["train", "valid", "test"]
VALID_PERCENT, TEST_PERCENT = 10, 10


def split_of(stroke5: Array) -> Split:
    """The split of a drawing [T, 5]: 80 % train, 10 % valid, 10 % test, by a hash of its points.

    Twins share a split, and the same drawing has the same split in every file, category and format.
    """
    digest = hashlib.sha256((np.round(stroke5, 2) + 0.0).astype("<f4").tobytes()).digest()
    percent = int.from_bytes(digest[:8], "little") % 100
    if percent < TEST_PERCENT:
        return "test"
    return "valid" if percent < TEST_PERCENT + VALID_PERCENT else "train"
