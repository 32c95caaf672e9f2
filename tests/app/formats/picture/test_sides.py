from typing import Any

import pytest

from app.errors import Invalid
from app.formats.picture.sides import SidesQuery


def sides(**asked: Any) -> dict[str, Any]:
    """What an SVG's look is told."""
    return SidesQuery.model_validate(asked).sides("svg")


def test_lengths_are_in_pixels_and_keep_their_unit() -> None:
    """The unit of the first that is given is the picture's."""
    found = sides(width="25.4mm", height="2in", margin="1mm")
    assert (found["width"], found["height"], found["unit"]) == (pytest.approx(96), 192, "mm")
    assert found["margin"] == pytest.approx(96 / 25.4)
    assert sides(size="200")["unit"] == "px"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"size": "99", "height": "99"}, "size"),
        ({"square": True, "width": "99", "height": "98"}, "square"),
        ({"margin": "9"}, "margin"),
        ({"margin": "50", "width": "100"}, "margin"),
        ({"width": "3mm"}, "width"),
        ({"height": "3m"}, "height"),
    ],
)
def test_sides_that_cannot_be_are_named(asked: dict[str, Any], name: str) -> None:
    """Whether one is too small, leaves no room, or contradicts another."""
    with pytest.raises((Invalid, ValueError), match=name):
        sides(**asked)


def test_a_square_may_be_said_twice() -> None:
    """By sides that are equal."""
    assert sides(square=True, width="99", height="99")["square"]
