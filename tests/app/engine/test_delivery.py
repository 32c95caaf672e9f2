import pytest

from app.engine.delivery import GRANT, WINDOW, Delivery, frame
from app.engine.scheduling.job import ENDLESS


def test_a_whole_drawing_has_no_window() -> None:
    """Nothing holds up a drawing that is wanted whole; one that nobody waits for is the same, in spare time."""
    whole, spare = Delivery.whole(), Delivery.in_spare_time()
    assert (whole.window, whole.burst, whole.live, whole.spare) == (None, ENDLESS, False, False)
    assert (spare.window, spare.burst, spare.live, spare.spare) == (None, ENDLESS, False, True)


@pytest.mark.parametrize(("pace", "points"), [(1, 1), (30, 1), (60, 2), (1000, 33)])
def test_a_message_of_a_pace_has_a_thirtieth_of_a_second(pace: float, points: int) -> None:
    """Thirty messages a second look smooth; of a slow pace each has one point."""
    assert frame(pace) == points


def test_a_pace_is_granted() -> None:
    """A drawing with a pace decodes what one message carries, and then waits until its reader grants more."""
    delivery = Delivery.streamed(7)
    assert (delivery.window, delivery.burst, delivery.refill, delivery.live) == (7, GRANT, False, True)


def test_without_a_pace_reading_makes_room() -> None:
    """Rows come as fast as their reader takes them."""
    delivery = Delivery.streamed()
    assert (delivery.window, delivery.burst, delivery.refill, delivery.live) == (WINDOW, ENDLESS, True, True)


@pytest.mark.parametrize("granted", [None, 2])
def test_beliefs_come_row_by_row(granted: int | None) -> None:
    """A row's belief is the state that it was drawn from, so no two rows may be decoded at a time."""
    assert Delivery.streamed(granted, belief=True).burst == 1
    with pytest.raises(AssertionError):
        Delivery(live=True, belief=True)
