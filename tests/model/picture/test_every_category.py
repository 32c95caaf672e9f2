"""Pictures of one drawing of each category of the network that ships: in view, and smaller than polygons were."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from model.checkpoint import load_checkpoint
from model.drawing import draw
from model.picture.curves import Curves
from model.picture.look import PLAIN
from model.picture.svg import to_svg
from model.strokes import Array, to_polylines
from tests.model.picture.reading import curves_of

pytestmark = pytest.mark.slow
QUICKDRAW = Path(__file__).parents[3] / "checkpoints" / "quickdraw"
HALF_UNIT = 0.125  # pixels: the grid of path data
UNSEEN = 0.25  # pixels that a simpler curve may stray


@pytest.fixture(scope="module")
def drawings() -> list[Array]:
    """Seed 1 of all 345 categories, at their recommended temperatures."""
    network = load_checkpoint(QUICKDRAW)
    subjects = network.card.subjects
    drawn = draw(
        network,
        [1] * len(subjects),
        temp_xy=[subject.temp_xy for subject in subjects],
        temp_p=[subject.temp_p for subject in subjects],
        max_points=160,
        subject=range(len(subjects)),
    )
    return [each.stroke5 for each in drawn]


def polygons(stroke5: Array, title: str) -> str:
    """A path of straight lines for each stroke, as answers were before there were curves."""
    paths = []
    for stroke in to_polylines(stroke5):
        pairs = [f"{x:.1f} {y:.1f}" for x, y in stroke.tolist()]
        paths.append(f'<path d="M{" L".join(pairs if len(pairs) > 1 else pairs * 2)}" />')
    return (
        '<svg baseProfile="full" version="1.1" viewBox="-5.5 -5.5 16 16" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:ev="http://www.w3.org/2001/xml-events" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title>{title}</title><defs /><g fill="none" stroke="black" stroke-linecap="round" '
        f'stroke-linejoin="round" stroke-width="3.0">{"".join(paths)}</g></svg>'
    )


def test_the_view_box_holds_the_ink(drawings: list[Array]) -> None:
    """With its width and its padding, and where curves bulge beyond their points; by no more than it takes."""
    for stroke5 in drawings:
        text = to_svg(stroke5)
        x, y, width, height = map(float, ET.fromstring(text).attrib["viewBox"].split())
        [path] = curves_of(text)
        low, high = Curves(np.concatenate(path), np.array([0])).bounds()
        spare = np.array([low - (x, y), (x + width, y + height) - high]) - PLAIN.stroke_width / 2 - PLAIN.padding
        assert (np.abs(spare) <= HALF_UNIT + UNSEEN + 0.1).all()


def test_curves_take_fewer_bytes_than_polygons_did(drawings: list[Array]) -> None:
    """Each of 345 answers is smaller, and all of them together by a sixth."""
    title = "penguin, seed 7"
    sizes = np.array([[len(to_svg(each, title=title)), len(polygons(each, title))] for each in drawings])
    curved, straight = sizes.T
    assert (curved < straight).all()
    assert curved.sum() < straight.sum() * 5 / 6
