"""What comes back: facts of a drawing, and each of its forms."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkstream.client import Client
from inkstream.errors import Problem


def test_a_drawing_has_every_form(here: Client) -> None:
    """Each is of the same drawing, whose seed it names."""
    drawing = here.draw("penguin", seed="ada")
    assert f"seed {drawing.seed}" in drawing.svg()
    assert drawing._repr_svg_() == drawing.svg()
    assert Image.open(io.BytesIO(drawing.png(size=64))).format == "PNG"
    assert Image.open(io.BytesIO(drawing.gif(size=64))).format == "GIF"
    assert json.loads(drawing.ndjson())["key_id"] == f"{drawing.seed:016}"
    assert drawing.json() == drawing.body
    assert (drawing.category, drawing.points) == ("penguin", len(drawing.stroke5) - 1)
    assert repr(drawing) == f"<Drawing 'penguin', seed {drawing.seed}, {drawing.points} points>"


def test_strokes_are_arrays(here: Client) -> None:
    """Points [m, 2] in pixels from the first one, the same as the rows."""
    drawing = here.draw("cat", seed=3)
    assert all(line.dtype == np.float32 and line.shape[1] == 2 for line in drawing.strokes)
    assert drawing.strokes[0][0].tolist() == [0, 0]
    np.testing.assert_allclose(drawing.strokes[-1][-1], drawing.stroke5[:, :2].sum(axis=0), atol=1e-3)


def test_a_steered_drawing_is_the_same_in_every_form(here: Client) -> None:
    """Its other forms are of the drawing that it is, whose temperatures changed on the way."""
    plain, steered = here.draw("cat", seed=3), here.draw("cat", seed=3, at="1:5,0.1")
    assert steered.body["stroke5"] != plain.body["stroke5"]
    assert steered.json() == steered.body
    assert steered.svg() != plain.svg()


def test_how_a_picture_looks_is_said_when_it_is_asked_for(here: Client) -> None:
    """Parameters are the service's, and so is what it says of a wrong one."""
    drawing = here.draw("cat", seed=3)
    assert drawing.svg(stroke_width=7) != drawing.svg()
    with pytest.raises(Problem, match="size"):
        drawing.png(size=3)


@pytest.mark.parametrize("count", [None, 2])
def test_files_are_written_in_the_form_of_their_name(here: Client, tmp_path: Path, count: int | None) -> None:
    """Of a drawing, and of a sheet; a name without an ending is refused before anything is drawn."""
    drawn = here.draw("cat", seed=3) if count is None else here.draw("cat", seed=3, count=count)
    drawn.save(tmp_path / "new" / "cat.PNG", size=32)
    with Image.open(tmp_path / "new" / "cat.PNG") as picture:
        assert max(picture.size) == 32
    drawn.save(str(tmp_path / "cat"), form="svg")
    assert (tmp_path / "cat").read_text() == drawn.svg()
    with pytest.raises(ValueError, match=r"end it with \.svg"):
        drawn.save(tmp_path / "dog")


def test_a_sheet_is_a_list(here: Client) -> None:
    """Its drawings are those of their own seeds, and its picture is one of all."""
    sheet = here.draw("dog", seed=5, count=3)
    assert [drawing.seed for drawing in sheet] == [5, 6, 7]
    assert (len(sheet), sheet[-1].seed, [each.seed for each in sheet[:2]]) == (3, 7, [5, 6])
    assert sheet[1].body == here.draw("dog", seed=6).body
    assert all(f"seed {seed}" in sheet.svg() for seed in (5, 6, 7))
    assert len(sheet.ndjson().splitlines()) == 3
    assert repr(sheet[0]) in repr(sheet)


def test_likenesses_and_ways_can_be_had_again(here: Client) -> None:
    """Each drawing of them knows what gives it again, alone and in a sheet."""
    mine = here.draw("cat", seed=1)
    alone = here.like("cat", mine, seed=4, closeness=0.5)
    assert alone.json() == alone.body
    several = here.like("cat", mine, seed=4, count=2)
    assert [each["seed"] for each in several.json()["drawings"]] == [each.seed for each in several]
    assert several[1].json() == several[1].body
    way = here.between("cat", mine, steps=3, seed=2)
    assert [step.category for step in way] == ["cat", "cat", "cat"]
    assert way.svg() == way.svg()
    assert len(here.between("cat", "dog", steps=4)) == 4


def test_a_drawing_of_yours_is_finished_and_recognised(here: Client) -> None:
    """In your own coordinates; what is taken for what is said with its probability."""
    lines = [[[0, 0], [400, -600], [800, 0]], [[300, -200], [500, -200]]]
    endings = here.complete(lines, "penguin", count=2, seed=1)
    assert [ending.seed for ending in endings] == [1, 2]
    assert endings[0].strokes[0][:3].tolist() == lines[0]
    assert endings[0].given_strokes == 2
    found = here.recognise(lines, top=2)
    assert next(iter(found)).slug == "penguin"
    assert len(found.guesses) == 2
    assert found.sure == (found.guesses[0].probability >= 0.7)
    assert here.complete(lines)[0].category == "penguin"


def test_categories_are_searched(here: Client) -> None:
    """By the names that paths have."""
    assert here.categories() == ["cat", "dog", "penguin"]
    assert here.categories("peng") == ["penguin"]
