import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import DrawingError
from model.simplify import EPSILON, SIDE
from tests.training.writers import STROKES, Strokes
from training.data.simplify_lines import LONGEST, as_dataset

CIRCLE = np.stack([np.cos(np.linspace(0, 7, 500)), np.sin(np.linspace(0, 7, 500))], axis=1)


def distance(point: np.ndarray, line: np.ndarray) -> float:
    """From a point [2] to a polyline [m, 2]."""
    if len(line) == 1:
        return float(np.hypot(*(point - line[0])))
    start, along = line[:-1], np.diff(line, axis=0)
    length = (along**2).sum(1)
    part = np.clip(((point - start) * along).sum(1) / np.where(length > 0, length, 1), 0, 1)
    return float(np.hypot(*(start + part[:, None] * along - point).T).min())


@given(strokes=STROKES, scale=st.floats(0.01, 100), x=st.floats(-1e4, 1e4), y=st.floats(-1e4, 1e4))
@settings(deadline=None)
def test_the_form_of_the_dataset(strokes: Strokes, scale: float, x: float, y: float) -> None:
    """In the box's corner and as large as it, whole pixels, strokes keep their ends, no point strays beyond epsilon."""
    drawing = [np.array(stroke) * scale + (x, y) for stroke in strokes]
    found = as_dataset(drawing)
    points, original = np.concatenate(found), np.concatenate(drawing)
    side = np.ptp(original, axis=0).max()
    assert (points.min(axis=0) >= 0).all()
    assert (points.min(axis=0) <= EPSILON + 0.5).all()
    assert (SIDE - EPSILON - 0.5 if side > 0 else 0) <= points.max() <= SIDE
    assert (points == np.round(points)).all()
    fit = (SIDE / side if side > 0 else 1) * (original - original.min(axis=0))
    for before, after in zip(np.split(fit, np.cumsum([len(s) for s in drawing])[:-1]), found, strict=True):
        assert np.abs(after[0] - before[0]).max() <= 0.51
        assert np.abs(after[-1] - before[-1]).max() <= 0.51
        assert max(distance(point, after) for point in before) <= EPSILON + 1


def test_density_does_not_matter() -> None:
    """A circle of 500 points and one of 5000 come out alike, with few points."""
    many = np.stack([np.interp(np.linspace(0, 499, 5000), range(500), axis) for axis in CIRCLE.T], axis=1)
    few, more = as_dataset([CIRCLE * 1000])[0], as_dataset([many])[0]
    assert 10 < len(few) < 40
    assert abs(len(few) - len(more)) <= 2


def test_simplified_drawings_keep_their_points() -> None:
    """What was simplified at this size or a smaller one is only moved and scaled; at a larger one it is thinned."""
    wave = np.array([[x, x % 2] for x in range(256)], float)
    assert len(as_dataset([wave], simplified=True)[0]) == 256
    assert len(as_dataset([wave / 3], simplified=True)[0]) == 256
    assert len(as_dataset([wave * 3], simplified=True)[0]) == 2


def test_a_dot_stays_a_dot() -> None:
    """Points in one place have no size to scale by."""
    assert [stroke.tolist() for stroke in as_dataset([np.array([[7.5, 3]] * 4)])] == [[[0, 0]]]


@pytest.mark.parametrize(
    "strokes",
    [
        [],
        [[]],
        [[[1, 2, 3]]],
        [[1, 2, 3]],
        [[[1, np.nan], [2, 3]]],
        [[[1, np.inf], [2, 3]]],
        [[[1e308, 0], [-1e308, 3]]],
        [[[0, 0], [5e-324, 0]]],
        [np.tile([[0.0, 0], [255, 255]], (200, 1))],
    ],
)
def test_what_is_no_drawing(strokes: list[object]) -> None:
    """Nothing, other shapes, numbers without bounds, strokes without end: an error, and never a crash."""
    with pytest.raises(DrawingError):
        as_dataset(strokes)  # type: ignore[arg-type]


def test_the_longest_stroke_that_is_allowed_does_not_crash() -> None:
    """simplify_coords survives the worst that comes to it: each point kept, one call inside the other."""
    height = np.linspace(3.2, 2.2, int(LONGEST / 6))
    zigzag = np.stack([np.linspace(0, SIDE, len(height)), height * (-1) ** np.arange(len(height))], axis=1)
    (found,) = as_dataset([zigzag * 2], simplified=True)
    assert len(found) > 5000
