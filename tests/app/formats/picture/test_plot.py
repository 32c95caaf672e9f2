import pytest
from pydantic import ValidationError

from app.formats.picture.plot import PlotQuery


def test_a_plotter_is_told_how_to_draw() -> None:
    """By one pen, by what lifts it, and by how fast it draws; nothing is said unless it is asked for."""
    asked = PlotQuery.model_validate({"pens": "1", "lift": "m3", "feed": "900"})
    assert asked.model_dump() == {"pens": 1, "lift": "m3", "feed": 900.0}
    assert PlotQuery().model_dump(exclude_none=True) == {}


@pytest.mark.parametrize(("name", "value"), [("pens", 2), ("lift", "M3"), ("feed", 0), ("feed", float("inf"))])
def test_what_no_plotter_does_is_refused(name: str, value: object) -> None:
    """More pens than one, another way to lift it, or no speed."""
    with pytest.raises(ValidationError, match=name):
        PlotQuery.model_validate({name: value})
