"""What an SVG says that draws itself; `tests/browser/test_ink.py` looks at it in Chromium."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from model.picture.animation import DASH, LONG, SPARE, Animation
from model.picture.layout import alone
from model.picture.look import Look
from model.picture.pixels import gif
from model.picture.svg import sheet_svg, to_svg
from model.strokes import from_polylines
from tests.model.picture.reading import curves_of

SVG = "{http://www.w3.org/2000/svg}"
FACE = from_polylines([[(0, 0), (90, 0), (90, 120), (0, 120)], [(30, 30)], [(60, 30)], [(30, 90), (60, 90)]])
MOVING = Look(animation=Animation(duration=4))


def test_strokes_come_one_after_the_other_by_their_length() -> None:
    """Each begins where the one before it ends, and has its share of the whole; a dot has a moment."""
    paths = list(ElementTree.fromstring(to_svg(FACE, MOVING)).iter(f"{SVG}path"))
    lengths = np.array([int(path.attrib["pathLength"]) for path in paths])
    begins = [int(re.findall(r"^--at:(\d+)px$", path.attrib["style"])[0]) for path in paths]
    assert begins == (SPARE + np.cumsum(lengths) - lengths).tolist()
    assert lengths / lengths[0] == pytest.approx([1, 1 / 300, 1 / 300, 0.1], abs=0.002)
    assert lengths.sum() == pytest.approx(LONG, abs=2)
    assert max(begins) + lengths[-1] < DASH


def test_the_ink_is_that_of_the_picture_that_stands_still() -> None:
    """The same curves, and the same view box; a dot goes a quarter of a pixel, since no dash runs along nothing."""
    still, moving = to_svg(FACE), to_svg(FACE, MOVING)
    [path] = curves_of(still)
    for want, [got] in zip(path, curves_of(moving), strict=True):
        np.testing.assert_allclose(got, want, atol=0.25)
    boxes = [ElementTree.fromstring(text).attrib["viewBox"] for text in (still, moving)]
    assert boxes[0] == boxes[1]


def test_rules_say_how_long_how_late_and_how_often() -> None:
    """In seconds; a loop rests before it begins anew. They reach pictures of their own class, and who likes motion."""
    once, again = Animation(duration=4, delay=0.5), Animation(duration=4, loop=True)
    assert "linear .5s both" in once.style()
    assert f"animation:{once.name} 4s" in once.style()
    assert f"animation:{again.name} 6s linear infinite both" in again.style()
    assert "66.67%,to{" in again.style()
    for each in (once, again):
        assert each.style().startswith(f"@media(prefers-reduced-motion:no-preference){{.{each.name} path{{")
    assert once.name != again.name


def test_a_sheet_draws_all_at_once() -> None:
    """Each drawing is a group with its title, and all are done at the same time."""
    root = ElementTree.fromstring(sheet_svg([FACE, FACE], MOVING, columns=2, titles=["a", "b"]))
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert [group.findtext(f"{SVG}title") for group in groups] == ["a", "b"]
    first, second = ([path.attrib["style"] for path in group.iter(f"{SVG}path")] for group in groups)
    assert first == second


def test_it_goes_with_both_preferences_of_colour() -> None:
    """Classes and rules of both are there."""
    root = ElementTree.fromstring(to_svg(FACE, Look(animation=Animation(), dark=("#fff", "#000"))))
    assert len(root.attrib["class"].split()) == 2
    assert "prefers-color-scheme" in str(root.findtext(f"{SVG}style"))


def test_it_is_tiny_beside_a_gif() -> None:
    """An eighth of it, for a drawing of some points."""
    spiral = from_polylines([[(t * np.cos(t / 3), t * np.sin(t / 3)) for t in range(80)]] * 2)
    assert len(to_svg(spiral, MOVING)) < len(gif(alone(spiral))) / 8
