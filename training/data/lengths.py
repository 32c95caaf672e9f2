"""How long a network's drawings may become, by the drawings that it learnt from."""

import numpy as np
from numpy.typing import NDArray

ROOM = 1.25  # a drawing may become this much longer than the longest but one in a hundred of its category


def most_points(lengths: NDArray[np.int64]) -> int:
    """The most points of a drawing of a category whose drawings have these numbers of rows [M]."""
    return round(ROOM * float(np.quantile(lengths, 0.99)))
