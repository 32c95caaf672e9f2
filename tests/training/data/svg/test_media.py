import pytest

from training.data.svg.media import shows

HOLD = """
all
screen
only screen
not print
print, screen
/* here */ SCREEN
screen and (color)
(PREFERS-COLOR-SCHEME: light)
not (prefers-color-scheme:dark)
not all and (prefers-color-scheme:dark)
(prefers-reduced-motion: no-preference)
(min-width:0)
(width)
(min-width: 40em) and (max-width: 400em)
(400px<=width<=4000px)
(width < 400px) or (color)
(color) and (not (hover: none))
((color))
(nonsense) or (color)
"""
DO_NOT = """
print
not all
not screen
print and (color)
(prefers-color-scheme: dark)
(prefers-reduced-motion)
(monochrome)
(max-width: 600px)
(width >= 400em)
(nonsense)
not (nonsense)
(width: nonsense)
(color) and (hover) or (grid)
and
screen and
"""


@pytest.mark.parametrize("media", ["", *HOLD.strip().splitlines()])
def test_a_query_holds_on_a_light_screen(media: str) -> None:
    """Kinds of media, traits, sizes by either syntax, and what joins them."""
    assert shows(media)


@pytest.mark.parametrize("media", DO_NOT.strip().splitlines())
def test_any_other_does_not(media: str) -> None:
    """What is not known is not true, nor is its contrary."""
    assert not shows(media)
