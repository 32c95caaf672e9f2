import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.catalogue.subject import StoredNetwork
from app.formats.thumbnail import BOX, thumbnail_svg, thumbnail_version
from model.card import Card, SubjectCard
from model.strokes import Array

LARGEST = 1500  # bytes
SUBJECT = SubjectCard(name="cat", slug="cat", max_points=24, temp_xy=0.4, temp_p=0.5, seed=3)
CARD = Card(system="one", hidden=16, mixtures=3, mean=(0, 0), std=(1, 1), subjects=(SUBJECT,), sha256="0" * 64)


def rows(moves: list[tuple[float, float, int]]) -> Array:
    """Stroke-5 rows of moves with whether the pen lifts after each, and the end row."""
    return np.array([[dx, dy, 1 - lift, lift, 0] for dx, dy, lift in moves] + [[0, 0, 0, 0, 1]], np.float32)


def test_a_line_lies_in_the_middle() -> None:
    """The longer side fills the box but for the margin; numbers are short, and moves that go nowhere are left out."""
    svg = thumbnail_svg(rows([(255, 0, 0), (0.1, 0, 0), (0, 51, 1)])).decode()
    assert re.findall(r'd="([^"]+)"', svg) == ["M4 41l92 0 0 18"]


def test_nothing_and_a_dot_are_pictures_too() -> None:
    """A drawing that ends at once is a dot in the middle."""
    for drawing in (rows([]), rows([(0, 0, 1)])):
        assert b'd="M50 50l0 0' in thumbnail_svg(drawing)


@pytest.mark.parametrize("lifts", [0.0, 0.1, 1.0])
def test_it_is_never_large(lifts: float) -> None:
    """However long and wild the drawing, the picture is small, and all of it is in the box."""
    random = np.random.default_rng(7)
    wild = rows([(*random.normal(0, 90, 2), int(random.random() < lifts)) for _ in range(1000)])
    svg = thumbnail_svg(wild)
    assert 500 < len(svg) < LARGEST
    for path in re.findall(r"M[^M\"]+", svg.decode()):
        numbers = [int(number) for number in re.findall(r"-?\d+", path)]
        points = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
        assert points.min() >= 0
        assert points.max() <= BOX


def test_its_address_changes_with_what_draws_it() -> None:
    """Another network, seed, temperature or recogniser is another picture, which no cache may take for the old one."""
    changed = [
        CARD,
        CARD.model_copy(update={"sha256": "1" * 64}),
        *(
            CARD.model_copy(update={"subjects": (SUBJECT.model_copy(update=change),)})
            for change in ({"seed": 4}, {"temp_xy": 0.5}, {"temp_p": 0.6})
        ),
    ]
    versions = {thumbnail_version(StoredNetwork(card, Path("cat")).subjects()[0], "") for card in changed}
    [subject] = StoredNetwork(CARD, Path("cat")).subjects()
    versions |= {thumbnail_version(subject, recogniser) for recogniser in ("a" * 64, "b" * 64)}
    assert len(versions) == 7
    assert thumbnail_version(replace(subject), "") == thumbnail_version(subject, "")
