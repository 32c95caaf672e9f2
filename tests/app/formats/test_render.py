import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from app.engine.request import DrawRequest
from app.formats.render import json_bytes, picture
from model.checkpoint import load_checkpoint
from model.drawing import Drawing
from model.picture.look import PLAIN
from model.strokes import from_polylines
from tests.app.tiny import request_of, write_checkpoint

LINES = [[(0.0, 0.0), (0.1, -12.3)], [(5.0, 5.0), (1e-7, 200.0)]]


@pytest.fixture(scope="module")
def request_(checkpoints: Path) -> DrawRequest:
    return request_of(load_checkpoint(checkpoints / "cat"), temp_xy=0.8, temp_p=0)


def drawing(*lines: list[tuple[float, float]]) -> Drawing:
    return Drawing(7, from_polylines(lines), ended=True)


def test_numbers_are_short_and_exact(request_: DrawRequest) -> None:
    """JSON has the shortest decimals that are the same float32 numbers, and pen states are integers."""
    made = drawing(*LINES)
    text = json_bytes(request_, made).decode()
    assert '"stroke5":[[0.1,-12.3,0,1,0],' in text
    rows = json.loads(text)["stroke5"]
    np.testing.assert_array_equal(np.array(rows, dtype=np.float32), made.stroke5)
    assert all(isinstance(pen, int) for row in rows for pen in row[2:])


def test_strokes_are_the_lines(request_: DrawRequest) -> None:
    """The lines come back as they were, from the origin on."""
    strokes = json.loads(json_bytes(request_, drawing(*LINES)))["strokes"]
    for ours, theirs in zip(LINES, strokes, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_a_category_may_have_any_name(tmp_path: Path) -> None:
    """Names with signs that mean something in XML or are not ASCII come out whole in both forms."""
    name = 'Tom & "Jerry" <mice> 猫'
    request = request_of(load_checkpoint(write_checkpoint(tmp_path, name)))
    root = ElementTree.fromstring(picture("svg", [(request, drawing(*LINES))], PLAIN, several=False))
    assert root.findtext("{http://www.w3.org/2000/svg}title") == f"{name}, seed 7"
    assert json.loads(json_bytes(request, drawing(*LINES)))["category"] == name


def test_a_drawing_that_ends_at_once_is_an_answer_too(request_: DrawRequest) -> None:
    """Hot pens may end before the first move: the answer is well formed all the same."""
    nothing = Drawing(7, np.array([[0, 0, 0, 0, 1]], dtype=np.float32), ended=True)
    assert json.loads(json_bytes(request_, nothing))["points"] == 0
    ElementTree.fromstring(picture("svg", [(request_, nothing)], PLAIN, several=False))
