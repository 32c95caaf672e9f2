from app.pools.demand import Demand
from app.pools.store import Key


def key(temp_xy: float = 0.5) -> Key:
    return Key("cat", "0" * 64, temp_xy, 0.5, 24)


def test_three_times_in_quick_succession_is_often() -> None:
    """What is asked for once or twice is not worth a pool."""
    demand = Demand()
    assert [demand.note(key(), now) for now in (0.0, 1.0, 2.0, 3.0)] == [False, False, True, True]


def test_asks_fade() -> None:
    """The same three over many minutes are not often, nor is one long after there were many."""
    demand = Demand(half_life=60)
    assert not any(demand.note(key(), now) for now in (0.0, 120.0, 240.0, 360.0, 480.0))
    assert demand.note(key(), 481.0, 100)
    assert not demand.note(key(), 481.0 + 60 * 10)


def test_keys_are_counted_apart() -> None:
    """Other temperatures are another pool."""
    demand = Demand()
    assert not any(demand.note(key(temp), 0.0) for temp in (0.1, 0.2, 0.3) * 2)


def test_made_up_keys_do_not_fill_the_memory() -> None:
    """Beyond a bound the key asked for longest ago is forgotten, and no other."""
    demand = Demand(most=8)
    for i in range(100):
        demand.note(key(), i)
        demand.note(key(0.001 * i), i)
    assert len(demand) == 8
    assert demand.note(key(), 100)
