import pytest

from training.data.svg.outline import SHAPES, outline_of


@pytest.mark.parametrize(
    ("name", "values", "box"),
    [
        ("path", {"d": "M1 2L3 4"}, (1, 2, 3, 4)),
        ("path", {"d": "M1 2L3 4 L nan"}, (1, 2, 3, 4)),
        ("path", {"d": 'path("M1 2L3 4")'}, (1, 2, 3, 4)),
        ("rect", {"x": "1", "y": "2", "width": "10%", "height": "10%"}, (1, 2, 21, 12)),
        ("rect", {"width": "8", "height": "8", "rx": "2"}, (0, 0, 8, 8)),
        ("circle", {"cx": "5", "cy": "5", "r": "2"}, (3, 3, 7, 7)),
        ("ellipse", {"rx": "2"}, (-2, -2, 2, 2)),
        ("line", {"x2": "100%", "y2": "3"}, (0, 0, 200, 3)),
        ("polyline", {"points": "0,0 5,6"}, (0, 0, 5, 6)),
        ("polygon", {"points": "0 0 5 6 7 1"}, (0, 0, 7, 6)),
    ],
)
def test_shapes(name: str, values: dict[str, str], box: tuple[float, ...]) -> None:
    """Each shape has its outline; what is not said is 0 or like the other radius, and a wrong end of a path is cut."""
    outline = outline_of(name, values, (200, 100))
    assert outline is not None
    assert outline.bbox() == pytest.approx(box)


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_said_is_nothing_drawn(name: str) -> None:
    """No attributes, no length: at most a dot."""
    outline = outline_of(name, {}, (200, 100))
    assert outline is None or outline.length() == 0
