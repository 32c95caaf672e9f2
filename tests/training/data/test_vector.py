from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.strokes import to_polylines
from tests.training import writers
from tests.training.writers import Strokes
from training.data.formats import read_drawings
from training.errors import DataError

# Corners far apart, so that each is kept and the order can be checked.
CORNERS = st.lists(st.sampled_from([0, 60, 120, 180, 255]), min_size=2, max_size=2).map(tuple)
ANGULAR = st.lists(st.lists(CORNERS, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda strokes: [*strokes, [(0, 0), (255, 255)]]
)


def lines(tmp_path: Path, body: str, size: str = 'viewBox="0 0 100 100"') -> list[list[list[float]]]:
    file = tmp_path / "a.svg"
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size}>{body}</svg>'
    )
    (sketch,) = read_drawings(file)
    return [line.tolist() for line in to_polylines(sketch.stroke5)]


@given(drawings=st.lists(ANGULAR, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_our_own_svg_comes_back(tmp_path: Path, drawings: list[Strokes]) -> None:
    """What `model.picture.svg` draws is read as the same strokes: their order, their ends, their course, dots too."""
    for old in (tmp_path / "cat").glob("*"):
        old.unlink()
    found = list(read_drawings(writers.svgs(tmp_path / "cat", drawings)))
    assert {sketch.word for sketch in found} == {"cat"}
    for sketch, strokes in zip(found, drawings, strict=True):
        ours = to_polylines(sketch.stroke5)
        assert len(ours) == len(strokes)
        for line, stroke in zip(ours, strokes, strict=True):
            start = np.array(strokes[0][0])
            assert np.abs(line[0] + start - stroke[0]).max() <= 1
            assert np.abs(line[-1] + start - stroke[-1]).max() <= 1


def test_shapes_transforms_and_reuse(tmp_path: Path) -> None:
    """Lines, polygons and copies stand where a browser shows them."""
    found = lines(
        tmp_path,
        '<defs><line id="l" x1="0" y1="0" x2="10" y2="0"/></defs><g stroke="red">'
        '<polyline points="0,0 51,0 51,51" fill="none"/>'
        '<rect width="10" height="10" transform="translate(20 20) scale(2)"/><use xlink:href="#l" x="5" y="30"/></g>',
    )
    assert found == [
        [[0, 0], [255, 0], [255, 255]],
        [[100, 100], [200, 100], [200, 200], [100, 200], [100, 100]],
        [[25, 150], [75, 150]],
    ]


def test_curves_are_flattened(tmp_path: Path) -> None:
    """All points of a circle lie on it, to the pixel and the epsilon, and it is closed."""
    (circle,) = lines(tmp_path, '<circle cx="50" cy="50" r="40" stroke="black"/>')
    points = np.array(circle)
    radius = np.hypot(*(points - (points.min(axis=0) + points.max(axis=0)) / 2).T)
    assert len(circle) > 8
    assert np.abs(radius - 127.5).max() < 1.5
    assert circle[0] == circle[-1]


def test_a_pen_draws_no_background(tmp_path: Path) -> None:
    """Where something has a stroke, what has none is left out; else outlines are all there is; paper never counts."""
    background = '<rect width="100" height="100" fill="white"/>'
    assert len(lines(tmp_path, background + '<path d="M 10 10 L 90 90 M 90 10 L 10 90" stroke="#123"/>')) == 2
    assert len(lines(tmp_path, background + '<path d="M 10 10 L 90 90 L 20 90"/>')) == 1
    assert len(lines(tmp_path, '<path d="M0 0 L9 9" stroke="red"/><path d="M0 9 L9 0" style="display:none"/>')) == 1


FREEHAND = (
    '<path d="M10 50Q30 48 50 50T90 50L90 53Q70 55 50 53T10 53Z"/><path d="M50 60Q48 70 50 90L53 90Q51 70 53 60Z"/>'
)


def test_filled_shapes_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A warning says how many were left out beside strokes, and how many outlines were taken for want of any."""
    paper = '<rect width="100" height="100" fill="#fff"/>'
    assert len(lines(tmp_path, f'{paper}<path fill="none" stroke="#000" d="M10 10H90"/>{FREEHAND}')) == 1
    assert "2 filled shapes without a stroke left out, in 1 drawing" in caplog.text
    caplog.clear()
    assert len(lines(tmp_path, paper + FREEHAND)) == 2
    assert "2 filled shapes taken by the outline" in caplog.text
    caplog.clear()
    assert len(lines(tmp_path, f'{paper}<path stroke="#000" d="M10 10H90"/><path d="M0 0L9 9"/>')) == 1
    assert not caplog.text


def test_a_folder_is_told_in_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder is told in one line, with the number of drawings that it is about."""
    (tmp_path / "cat").mkdir()
    for i in range(3):
        (tmp_path / "cat" / f"{i}.svg").write_text(
            f'<svg><path stroke="red" d="M0 0L9 {i}"/>{FREEHAND if i else ""}</svg>'
        )
    assert len(list(read_drawings(tmp_path / "cat"))) == 3
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'cat'}: 4 filled shapes without a stroke left out, in 2 drawings"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<svg", "not SVG"),
        ("<svg></svg>", "at least one point"),
        ("<html><body>hello</body></html>", "not SVG"),
        ("<svg>" + "<g>" * 3000 + "</g>" * 3000 + "</svg>", "nested too deeply"),
        ('<svg><path d="M 1 1"/></svg>', "at least one point"),
        ('<svg><path d="M 0 0 L 1e999 5"/></svg>', "."),
        ('<svg><path d="M 0 0 L nan 5 3 3"/></svg>', "."),
        ('<svg><path d="bogus"/></svg>', "at least one point"),
        ('<svg><circle r="x" stroke="red"/></svg>', "."),
        ('<svg><g id="a" stroke="red"><use href="#a"/></g></svg>', "."),
        ('<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>', "."),
        (
            '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
            + "]><svg>&j;</svg>",
            ".",
        ),
    ],
)
def test_what_is_no_drawing_is_said(tmp_path: Path, content: str, reason: str) -> None:
    """Broken, empty and hostile files: an error that names the file, soon."""
    (tmp_path / "a.svg").write_text(content)
    with pytest.raises(DataError, match=rf"a\.svg, the drawing: .*{reason}"):
        list(read_drawings(tmp_path / "a.svg"))
