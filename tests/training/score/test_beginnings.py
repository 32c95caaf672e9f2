import numpy as np
import pytest

from model.strokes import Array, from_polylines, to_polylines
from training.classifier.classifier import Classifier
from training.errors import ClassifierError
from training.score.beginnings import PARTS, beginning, beginnings, numbered, scored, share_by_category

LINES = [[(0, 0), (10 * i, 5), (3, 3)] for i in range(1, 6)]
FIVE = from_polylines(LINES)


@pytest.mark.parametrize(("part", "strokes"), [(0.1, 1), (0.2, 1), (0.3, 2), (0.5, 3), (0.6, 3), (0.8, 4), (1.0, 5)])
def test_strokes_are_rounded_up(part: float, strokes: int) -> None:
    """The first strokes as they are, the last of them whole; no beginning is empty."""
    kept = to_polylines(beginning(FIVE, part))
    assert len(kept) == strokes
    assert all((found == line).all() for found, line in zip(kept, to_polylines(FIVE), strict=False))


def test_a_beginning_has_no_end() -> None:
    """An unfinished drawing has no end row; the whole one is as it was."""
    assert not beginning(FIVE, 0.5)[:, 4].any()
    assert beginning(FIVE, 1.0) is FIVE
    assert beginning(from_polylines([[(0, 0)]]), 0.3).tolist() == from_polylines([[(0, 0)]]).tolist()


class Counting(Classifier):
    """Is sure of the category whose number is that of the strokes, less one."""

    names = ("one", "two", "three", "four", "five")

    def classify(self, drawings: list[Array]) -> np.ndarray:  # type: ignore[override]
        found = np.full((len(drawings), 5), 0.05, np.float32)
        for row, drawing in zip(found, drawings, strict=True):
            row[len(to_polylines(drawing)) - 1] = 0.8
        return found


def test_each_part_has_its_scores() -> None:
    """A classifier that counts strokes is right about whole drawings, and takes beginnings for what they are."""
    found = beginnings(Counting(), [FIVE, FIVE], np.array([4, 4]))
    assert [score.part for score in found] == list(PARTS)
    assert [score.top1 for score in found] == [0, 0, 0, 1]
    assert [score.drawings for score in found] == [2] * len(PARTS)


def test_how_far_it_is_from_being_as_sure_as_right() -> None:
    """80 % sure and right in one of two: off by 30 %; right in all: by 20 %."""
    sure = np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1]], np.float32)
    assert scored(1.0, sure, np.array([0, 1])).calibration_error == pytest.approx(0.3)
    assert scored(1.0, sure, np.array([0, 0])).calibration_error == pytest.approx(0.2)
    mixed = np.array([[0.8, 0.2], [0.4, 0.6]], np.float32)
    bins = scored(1.0, mixed, np.array([0, 0])).bins
    assert [(each.share, each.right) for each in bins] == [(0.5, 0.0), (0.5, 1.0)]


def test_each_category_counts_alike() -> None:
    """Three right ones of a frequent category and none of a rare one make one half; absent ones do not count."""
    assert share_by_category(np.array([True, True, True, False]), np.array([0, 0, 0, 2])) == 0.5


def test_categories_are_matched_by_name() -> None:
    """In whatever case; one that is not known is named."""
    drawings, numbers = numbered([("Two", FIVE), ("five", FIVE)], Counting.names)
    assert (len(drawings), numbers.tolist()) == (2, [1, 4])
    with pytest.raises(ClassifierError, match="does not know the category 'six'"):
        numbered([("six", FIVE)], Counting.names)
