import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.picture.frame import framed
from model.picture.look import Look

SIDES = st.floats(16, 1024)
INNER = st.tuples(st.floats(0.1, 400), st.floats(0.1, 400))


def test_without_wishes_a_canvas_stays() -> None:
    """And may be shown at any size."""
    assert framed((1, 2), (30, 40), Look()) == ((1, 2), (30, 40), None)


def test_a_square_has_the_content_in_its_middle() -> None:
    """As large as the longer side."""
    assert framed((0, 0), (30, 40), Look(square=True)) == ((-5, 0), (40, 40), None)
    assert framed((0, 0), (30, 40), Look(square=True, width=80))[2] == (80, 80)


def test_one_side_makes_the_other() -> None:
    """By the shape of the content, with the margin on each side."""
    assert framed((0, 0), (30, 60), Look(width=40, margin=5))[2] == (40, 70)
    assert framed((0, 0), (30, 60), Look(height=70, margin=5))[2] == (40, 70)
    assert framed((0, 0), (30, 60), Look(size=70, margin=5)) == ((-5, -5), (40, 70), (40, 70))


def test_a_line_makes_no_endless_side() -> None:
    """The side that follows has bounds; the content is fitted in."""
    low, size, sides = framed((0, 0), (1, 100), Look(width=50, most=500))
    assert sides == (50.0, 500.0)
    assert size == (10.0, 100.0)
    assert low == (-4.5, 0)


def test_a_margin_leaves_room() -> None:
    """One that does not is refused."""
    with pytest.raises(ValueError, match="margin"):
        framed((0, 0), (30, 60), Look(width=40, height=40, margin=20))


@given(INNER, SIDES, SIDES, st.floats(0, 7))
def test_two_sides_hold_the_content(inner: tuple[float, float], width: float, height: float, margin: float) -> None:
    """To one scale, in the middle, with the margin around it, as large as it can be."""
    low, size, sides = framed((0.0, 0.0), inner, Look(width=width, height=height, margin=margin))
    assert sides == (width, height)
    scale = width / size[0]
    assert height / size[1] == pytest.approx(scale)
    for corner, whole, part in zip(low, size, inner, strict=True):
        assert corner == pytest.approx((part - whole) / 2)
    spare = min(whole - part for whole, part in zip(size, inner, strict=True))
    assert spare * scale == pytest.approx(2 * margin, abs=1e-6)
