import pytest

from app.engine.delivery import WINDOW, Delivery
from app.engine.scheduler import ENDLESS


def test_a_whole_drawing_has_no_window() -> None:
    """Nothing holds up a drawing that is wanted whole; one that nobody waits for is the same, in spare time."""
    whole, spare = Delivery.whole(), Delivery.in_spare_time()
    assert (whole.window, whole.burst, whole.live, whole.spare) == (None, ENDLESS, False, False)
    assert (spare.window, spare.burst, spare.live, spare.spare) == (None, ENDLESS, False, True)


@pytest.mark.parametrize(("pace", "frame"), [(1, 1), (30, 1), (60, 2), (1000, 33)])
def test_a_pace_is_granted_frame_by_frame(pace: float, frame: int) -> None:
    """A drawing with a pace decodes what one message carries, and then waits until its reader grants more."""
    delivery = Delivery.streamed(pace)
    assert (delivery.window, delivery.burst, delivery.refill, delivery.live) == (frame, frame, False, True)


def test_without_a_pace_reading_makes_room() -> None:
    """Rows come as fast as their reader takes them."""
    delivery = Delivery.streamed()
    assert (delivery.window, delivery.burst, delivery.refill, delivery.live) == (WINDOW, ENDLESS, True, True)


@pytest.mark.parametrize("pace", [None, 60.0])
def test_beliefs_come_row_by_row(pace: float | None) -> None:
    """A row's belief is the state that it was drawn from, so no two rows may be decoded at a time."""
    assert Delivery.streamed(pace, belief=True).burst == 1
    with pytest.raises(AssertionError):
        Delivery(live=True, belief=True)
