"""Transformations of SVG elements, by attribute or by CSS (CSS Transforms, sections 8 and 12)."""

import re

from svgelements import Matrix

_NAMES = "matrix|translate[XY]?|scale[XY]?|rotate|skew[XY]?"
_LIST = re.compile(rf"\s*(?:(?:{_NAMES})\s*\([^()%]*\)[\s,]*)*", re.IGNORECASE)


def matrix_of(text: str) -> Matrix:
    """A list of transformations as one; of a list that is wrong anywhere nothing counts, as in browsers."""
    if not _LIST.fullmatch(text):
        return Matrix()
    try:
        return Matrix(text)
    except (ValueError, IndexError):
        return Matrix()
