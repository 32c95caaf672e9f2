from app.engine.scheduling.turn_length import TurnLength


def test_a_first_point_makes_every_other_turn_short() -> None:
    """However long somebody waits for one, for newcomers never end under load."""
    length = TurnLength(few=4, many=32, seconds=0.02)
    steps = []
    for _ in range(4):
        steps.append(length.steps(first=True))
        length.begin(first=True)
    assert steps == [4, 32, 4, 32]
    assert length.steps(first=False) == 32


def test_a_turn_takes_as_long_as_it_may() -> None:
    """Steps that became slow make turns of fewer steps, and never of less than few."""
    length = TurnLength(few=4, many=32, seconds=0.02)
    length.observe(0.010, 10)
    assert length.steps(first=False) == 20
    length.observe(100.0, 10)
    assert length.steps(first=False) == 4


def test_long_turns_are_whole_units() -> None:
    """Of a device whose calls have so many steps; what fits in less than one is taken as it is."""
    turns = TurnLength(few=4, many=64, seconds=0.1, unit=16)
    assert turns.steps(first=True) == 4
    assert turns.steps(first=False) == 64
    turns.observe(1, 250)
    assert turns.steps(first=False) == 16  # 25 would fit
    turns = TurnLength(few=4, many=64, seconds=0.1, unit=16)
    turns.observe(1, 100)
    assert turns.steps(first=False) == 10


def test_a_device_that_is_quick_takes_no_short_turns() -> None:
    """Where a whole turn is over in no time, a short one would cost more than it spares; a slow one is cut again."""
    turns = TurnLength(few=4, many=64, seconds=0.05, unit=16, brisk=0.01)
    assert turns.steps(first=True) == 4  # nothing is known yet
    turns.observe(0.001, 4)
    turns.observe(0.001, 64)
    for _ in range(30):
        turns.observe(0.002, 64)
    assert turns.steps(first=True) == 64
    for _ in range(30):
        turns.observe(0.02, 64)
    assert turns.steps(first=True) == 4
