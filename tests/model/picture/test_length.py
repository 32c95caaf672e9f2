from model.picture.length import PIXELS_OF, UNITS, written


def test_lengths_are_written_short() -> None:
    """In their unit, without needless zeros; pixels have none."""
    assert written(96, "in") == "1in"
    assert written(200, "px") == "200"
    assert written(80 * PIXELS_OF["mm"], "mm") == "80mm"
    assert written(100, "cm") == "2.646cm"
    assert set(UNITS) == set(PIXELS_OF)
