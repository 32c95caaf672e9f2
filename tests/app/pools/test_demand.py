from app.pools.demand import Demand
from app.pools.store import Key


def key(temp_xy: float = 0.5, slug: str = "cat") -> Key:
    return Key(slug, "0" * 64, temp_xy, 0.5, 24)


def demand_with(given_up: list[Key] | None = None, **bounds: int) -> Demand:
    return Demand(([] if given_up is None else given_up).append, **bounds)


def test_three_times_in_quick_succession_is_often() -> None:
    """What is asked for once or twice is not worth a pool."""
    demand = demand_with()
    assert [demand.note(key(), now) for now in (0.0, 1.0, 2.0, 3.0)] == [False, False, True, True]


def test_temperatures_that_nobody_recommends_have_to_be_asked_for_more_often() -> None:
    """Eight times; once they have a pool they keep it as others do."""
    demand = demand_with()
    assert [demand.note(key(), 0.0, recommended=False) for _ in range(8)] == [False] * 7 + [True]
    assert demand.note(key(), 60.0, recommended=False)
    assert not demand.note(key(), 240.0, recommended=False)


def test_asks_fade() -> None:
    """The same three over many minutes are not often, nor is one long after there were many."""
    demand = demand_with()
    assert not any(demand.note(key(), now) for now in (0.0, 120.0, 240.0, 360.0, 480.0))
    assert demand.note(key(), 481.0, 100)
    assert not demand.note(key(), 481.0 + 60 * 10)


def test_keys_are_counted_apart() -> None:
    """Other temperatures are another pool."""
    demand = demand_with()
    assert not any(demand.note(key(temp), 0.0) for temp in (0.1, 0.2, 0.3) * 2)


def test_made_up_keys_do_not_fill_the_memory() -> None:
    """Beyond a bound the key asked for longest ago is forgotten, and none that has a pool."""
    demand = demand_with(most=8)
    assert demand.note(key(), 0, 10)
    for i in range(100):
        demand.note(key(0.001 * i), i, recommended=False)
    assert len(demand) == 9
    assert demand.note(key(), 80)


def test_a_category_has_few_pools_of_made_up_temperatures() -> None:
    """Another gives way only to one that is asked for twice as often, whatever its turn."""
    given_up: list[Key] = []
    demand = demand_with(given_up, others=2)
    assert demand.note(key(0.1), 0, 10, recommended=False)
    assert demand.note(key(0.2), 0, 20, recommended=False)
    assert not demand.note(key(0.3), 0, 19, recommended=False)
    assert demand.note(key(0.3, "owl"), 0, 8, recommended=False), "it is another category"
    assert given_up == []
    assert demand.note(key(0.3), 0, 1, recommended=False)
    assert given_up == [key(0.1)]


def test_recommended_temperatures_come_first() -> None:
    """However often others are asked for: theirs are the pools that give way, and theirs that are filled last."""
    given_up: list[Key] = []
    demand = demand_with(given_up, pools=2)
    assert demand.note(key(0.1), 0, 1000, recommended=False)
    assert demand.note(key(0.2), 0, 2000, recommended=False)
    assert demand.note(key(), 0, 3)
    assert given_up == [key(0.1)]
    assert demand.rank(key(), 0) > demand.rank(key(0.2), 0) > demand.rank(key(0.1), 0) > demand.rank(key(0.9), 0)
    assert not demand.note(key(0.1), 0, 1000, recommended=False)
    assert demand.note(key(slug="owl"), 0, 3)
    assert not demand.note(key(slug="bee"), 0, 3), "it is not asked for more than the others"
    assert demand.note(key(slug="bee"), 0, 3)


def test_a_pool_that_nobody_asks_for_any_more_gives_way() -> None:
    """To any, even if its own temperatures are recommended and the other's are not."""
    given_up: list[Key] = []
    demand = demand_with(given_up, pools=1)
    assert demand.note(key(), 0, 3)
    assert demand.note(key(0.1), 120, 10, recommended=False)
    assert given_up == [key()]
