import pytest

from training.data.svg.style import INITIAL, length, with_variables


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("3", 3),
        ("3px", 3),
        ("1in", 96),
        ("25%", 50),
        ("2em", 32),
        ("1e1", 10),
        ("", None),
        ("auto", None),
        ("x3", None),
    ],
)
def test_lengths(text: str, pixels: float | None) -> None:
    """In pixels; percentages are of the whole."""
    assert length(text, 200) == pixels


def test_keywords_of_inheritance() -> None:
    """`inherit`, `initial` and `unset` mean what CSS says, for what is inherited and what is not."""
    parent = INITIAL.of_child({"stroke": "red", "display": "none"})
    for text, stroked in (("inherit", 1.0), ("unset", 1.0), ("initial", 0.0)):
        assert parent.of_child({"stroke": text}).stroke == stroked
    assert parent.of_child({}).display == "inline"
    assert parent.of_child({"display": "inherit"}).display == "none"


def test_variables_fall_back() -> None:
    """A variable that is not there has the value after the comma, and a circle of them ends."""
    assert with_variables("var(--a, red)", {}) == "red"
    assert with_variables("var(--a)", {"--a": "var(--b)", "--b": "blue"}) == "blue"
    assert with_variables("var(--a, rgb(0 0 0 / var(--b, 50%)))", {}) == "rgb(0 0 0 / 50%)"
    assert with_variables("VAR( --a ,red)", {"--a": "blue"}) == "blue"
    assert with_variables("var(--a)", {"--a": "var(--b)" * 2000, "--b": "x" * 2000}) == ""
    assert "var" in with_variables("var(--a)", {"--a": "var(--a)"})
