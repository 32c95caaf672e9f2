from pathlib import Path

import pytest

from model.picture.svg import to_svg
from tests.training import networks, shapes
from tests.training.figure import tiny
from training.errors import DataError, FigureError


def test_systems_come_in_the_order_of_the_ladder(tmp_path: Path) -> None:
    """Worst first, whatever the folders' names; those of no preset follow."""
    request = tiny.request(tmp_path)
    tiny.checkpoint(tmp_path / "checkpoints", "gmm32_5", "wobbly-square@gmm32_5")
    tiny.checkpoint(tmp_path / "checkpoints", "base", "wobbly-square-too@base", "Wobbly Square Too")
    assert [found.checkpoint.card.system for found in request.systems()] == ["base", "gmm128_1", "gmm512_20", "gmm32_5"]
    assert request.subject.checkpoint.card.system == "gmm512_20"


def test_a_network_of_many_draws_what_it_is_asked_for(tmp_path: Path) -> None:
    """By any name, and where two draw it the default one does."""
    many = networks.write(tmp_path / "many" / "all", "cat", "Wobbly Square", "dog", system="many")
    request = tiny.request(tmp_path, checkpoints=many.parent, category="the wobbly square")
    assert (request.subject.card.name, request.subject.number) == ("Wobbly Square", 1)
    tiny.checkpoint(many.parent, "gmm512_20", "wobbly-square", default=True)
    assert tiny.request(tmp_path, checkpoints=many.parent).subject.checkpoint.card.system == "gmm512_20"
    assert [found.number for found in tiny.request(tmp_path, checkpoints=many.parent).systems()] == [0, 1]


def test_temperatures_are_the_cards_unless_named(tmp_path: Path) -> None:
    """The seeds count up from the request's; one temperature can be named alone."""
    request = tiny.request(tmp_path)
    drawn = request.drawn(request.subject, 3)
    assert [drawing.seed for drawing in drawn] == [3, 4, 5]
    again = request.drawn(request.subject, 3, temp_p=request.subject.card.temp_p)
    assert [drawing.stroke5.tobytes() for drawing in again] == [drawing.stroke5.tobytes() for drawing in drawn]
    hot = request.drawn(request.subject, 3, temp_xy=5.0)
    assert [drawing.stroke5.tobytes() for drawing in hot] != [drawing.stroke5.tobytes() for drawing in drawn]


def test_real_drawings_are_found(tmp_path: Path) -> None:
    """In a file, in a folder of one file a category whose name is spelt otherwise, in a folder of SVG files."""
    whole = tiny.request(tmp_path, category="wobbly-SQUARE").real
    assert len(whole) == 60
    [file] = (tmp_path / "data").iterdir()
    assert len(tiny.request(tmp_path, data=file).real) == 60
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.svg").write_text(to_svg(shapes.drawings("zigzag", 1)[0]))
    request = tiny.request(tmp_path, data=tmp_path / "own")
    assert (len(request.real), request.counted) == (1, "1 drawings")


def test_what_is_lacking_is_said(tmp_path: Path) -> None:
    """No checkpoint, no data, no file of the category, an empty file: what it is and which option helps."""
    for lacking in (tiny.request(tmp_path, category="owl"), tiny.request(tmp_path, checkpoints=tmp_path / "none")):
        with pytest.raises(FigureError, match="has no checkpoint"):
            _ = lacking.subject
        with pytest.raises(FigureError, match="--category"):
            lacking.systems()
    with pytest.raises(FigureError, match="--data"):
        _ = tiny.request(tmp_path, data=None).real
    with pytest.raises(FigureError, match="no file of 'owl'"):
        _ = tiny.request(tmp_path, category="owl").real
    (tmp_path / "empty.ndjson").write_text("")
    with pytest.raises(DataError, match="holds no drawing"):
        _ = tiny.request(tmp_path, data=tmp_path / "empty.ndjson").real
