from training.data.left_out import EMPTY, TURNED_DOWN, LeftOut, too_long


def test_reasons_are_counted_and_told() -> None:
    """Each reason once with its number, in the order in which they came; nothing where none was left out."""
    left_out = LeftOut()
    assert not str(left_out)
    left_out.add(too_long(200))
    left_out.add(EMPTY, 0)
    left_out.add(TURNED_DOWN, 1200)
    left_out.add(too_long(200), 2)
    assert str(left_out) == "3 longer than --max-points 200, 1,200 that the game's own recogniser turned down"
