import json
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.formats.ndjson_lines import ndjson_bytes
from model.card import Card
from model.checkpoint import Checkpoint
from model.drawing import Drawing
from model.strokes import from_polylines, to_polylines
from tests.app.tiny import request_of, subject_card
from training.data.formats import kind_of, read_drawings

POINTS = st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), min_size=1, max_size=9)


def test_our_own_reader_reads_it(client: TestClient, tmp_path: Path) -> None:
    """A file of them is what training takes: same drawings, to a pixel, once they fill the dataset's box."""
    answer = client.get("/draw/penguin?format=ndjson&count=20&seed=7")
    assert answer.headers["content-type"] == "application/x-ndjson"
    path = tmp_path / "penguin.ndjson"
    path.write_bytes(answer.content)
    sketches = list(read_drawings(path))
    bodies = client.get("/draw/penguin?format=json&count=20&seed=7").json()["drawings"]
    assert [sketch.key_id for sketch in sketches] == [f"{seed:016}" for seed in range(7, 27)]
    assert [sketch.recognized for sketch in sketches] == [body["ended"] for body in bodies]
    assert {sketch.word for sketch in sketches} == {"penguin"}
    for sketch, body in zip(sketches, bodies, strict=True):
        ours = [np.array(stroke) for stroke in body["strokes"]]
        points = np.concatenate(ours)
        side = np.ptp(points, axis=0).max()
        if side > 255:
            continue  # it has fewer points then
        low, scale = points.min(axis=0), 255 / side if side else 1
        start = (ours[0][0] - low) * scale
        theirs = np.concatenate(to_polylines(sketch.stroke5)) + start.round()
        np.testing.assert_allclose(theirs, (points - low) * scale, atol=1.1)
    assert str(kind_of(path)).startswith("ndjson")


def test_a_line_has_the_keys_of_the_dataset(client: TestClient) -> None:
    """One line, with what every line of a simplified drawing file has, and no other."""
    answer = client.get("/draw/Eiffel_TOWER?seed=3", headers={"Accept": "application/x-ndjson"})
    assert answer.content.count(b"\n") == 1
    record = json.loads(answer.content)
    assert set(record) == {"word", "countrycode", "timestamp", "recognized", "key_id", "drawing"}
    assert record["word"] == "The Eiffel Tower"
    assert int(record["key_id"]) == 3


@settings(max_examples=40, deadline=None)
@example([[(0, 255), (0, -1), (0, 0)]])  # what sticks out is simplified away
@given(st.lists(POINTS, min_size=1, max_size=4))
def test_it_fills_the_box(lines: list[list[tuple[float, float]]]) -> None:
    """Whole numbers from 0 to 255, as many x as y, and the longer side fills the box; a dot is a dot."""
    card = Card(system="none", hidden=1, mixtures=1, mean=(0, 0), std=(1, 1), subjects=(subject_card("cat"),))
    checkpoint = Checkpoint(card, None, None, Path(), None)  # type: ignore[arg-type] # only its card is read
    request = request_of(checkpoint, seed=2**53 - 1)
    line = ndjson_bytes([(request, Drawing(2**53 - 1, from_polylines(lines), ended=True))])
    record = json.loads(line)
    strokes = record["drawing"]
    assert all(len(xs) == len(ys) > 0 for xs, ys in strokes)
    numbers = [number for stroke in strokes for axis in stroke for number in axis]
    assert all(isinstance(number, int) and 0 <= number <= 255 for number in numbers)
    sides = [np.concatenate([stroke[axis] for stroke in strokes]) for axis in (0, 1)]
    assert all(side.min() == 0 for side in sides)
    assert max(side.max() for side in sides) in (0, 255)
    assert record["key_id"] == "9007199254740991"
