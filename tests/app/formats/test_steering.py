"""Changes of temperatures as text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.steering import TemperatureChange
from app.formats.steering import changes_of, text_of

TEMPERATURES = st.floats(0, 10)


@settings(max_examples=50, deadline=None)
@given(
    points=st.sets(st.integers(0, 9999), max_size=5),
    temperatures=st.lists(
        st.one_of(
            st.tuples(TEMPERATURES, TEMPERATURES),
            st.tuples(st.none(), TEMPERATURES),
            st.tuples(TEMPERATURES, st.none()),
        ),
        min_size=5,
        max_size=5,
    ),
)
def test_text_says_all(points: set[int], temperatures: list[tuple[float | None, float | None]]) -> None:
    """Whatever was changed comes back from its text, to the last bit."""
    changes = tuple(TemperatureChange(point, *both) for point, both in zip(sorted(points), temperatures, strict=False))
    assert changes_of(text_of(changes)) == changes


def test_the_text_is_short() -> None:
    """As a person would write it in an address."""
    changes = (TemperatureChange(12, 1.6), TemperatureChange(30, 0, 0.5), TemperatureChange(31, temp_p=2.0))
    assert text_of(changes) == "12:1.6;30:0,0.5;31:,2"
    assert text_of(()) is None
