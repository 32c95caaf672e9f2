"""Names that are most like one that nobody knows."""

import difflib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CUTOFF = 0.6  # difflib's own: of two names, how much they have in common
COMPARED = 24  # that are compared letter by letter: all of a thousand would take ten milliseconds
BINS = 64


class NearNames:
    """Some names, to be compared with others by `difflib`, and quicker.

    Two names have no more in common than the letters that are in both. These are counted for all names at once, and
    difflib compares those alone that may be nearest.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self._lengths = np.array([len(name) for name in names])
        self._letters = np.array([_letters(name) for name in names]).reshape(-1, BINS)

    def of(self, name: str, most: int) -> list[str]:
        """The `most` nearest names, if they are near, nearest first."""
        shared = np.minimum(self._letters, _letters(name)).sum(axis=1)
        bounds = 2 * shared / np.maximum(1, self._lengths + len(name))
        likely = np.argsort(-bounds, kind="stable")[:COMPARED]
        return difflib.get_close_matches(name, [self._names[i] for i in likely], n=most, cutoff=CUTOFF)


def _letters(name: str) -> NDArray[np.int64]:
    """How often each letter is in a name, by the last bits of its number."""
    return np.bincount(np.array([ord(letter) % BINS for letter in name], dtype=np.int64), minlength=BINS)
