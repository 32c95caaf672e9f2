"""The paper of a drawing: a filled rectangle behind all else, which drawing programs put there and no pen drew."""

from collections.abc import Sequence

import numpy as np
from svgelements import Close, Line, Move

from training.data.svg.document import Shown

SLACK = 0.005  # of the document's sides: programs round
Box = tuple[float, float, float, float]  # left, top, right, bottom


def without_paper(shapes: Sequence[Shown], size: tuple[float, float]) -> list[Shown]:
    """The shapes of a document of some size but for its paper.

    Paper is a filled rectangle that covers the document, or one without a stroke that is drawn first and holds all the
    others. One that is stroked too is kept where there is nothing else.
    """
    boxes = [_box(shape) for shape in shapes]
    document = (0.0, 0.0, *size)
    covers = [_is_sheet(shape) and _holds(box, document, size) for shape, box in zip(shapes, boxes, strict=True)]
    kept = [shape for shape, cover in zip(shapes, covers, strict=True) if not cover]
    if not kept:
        return [shape for shape in shapes if shape.stroked]
    if kept[0] is shapes[0] and len(kept) > 1 and _is_sheet(kept[0]) and not kept[0].stroked:
        sides = (boxes[0][2] - boxes[0][0], boxes[0][3] - boxes[0][1])
        if all(_holds(boxes[0], box, sides) for box in boxes[1:]):
            return kept[1:]
    return kept


def _is_sheet(shape: Shown) -> bool:
    """Whether a shape is a filled rectangle, by its name or by its corners."""
    if not shape.filled or shape.name == "rect":
        return shape.filled
    if not all(isinstance(segment, Move | Line | Close) for segment in shape.outline):
        return False
    left, top, right, bottom = _box(shape)
    ends = {(float(end.x), float(end.y)) for segment in shape.outline if (end := segment.end) is not None}
    return len(ends) == 4 and all(x in (left, right) and y in (top, bottom) for x, y in ends)


def _box(shape: Shown) -> Box:
    left, top, right, bottom = shape.outline.bbox() or (0.0, 0.0, 0.0, 0.0)
    return float(left), float(top), float(right), float(bottom)


def _holds(outer: Box, inner: Box, sides: tuple[float, float]) -> bool:
    """Whether one box holds another, but for what rounding may take; not so for what is not a number."""
    slack = SLACK * np.array([*sides, *sides])
    grown = np.array(outer) + slack * (-1, -1, 1, 1)
    return bool((grown[:2] <= inner[:2]).all() and (grown[2:] >= inner[2:]).all())
