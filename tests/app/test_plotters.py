"""Our files for plotters, read by programs of others: vpype, and ezhpgl, for vpype writes HPGL and reads none.

`pip install vpype ezhpgl` in any environment on the path lets these tests run; without the two they skip.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.testclient import TestClient

from tests.app.tiny import client_of

ROOT = Path(__file__).parents[2]
LONGEST = 120  # seconds of a program on a busy machine
PIXEL = 25.4 / 96  # millimetres
DEVICE, UNIT = "hp7475a", 0.02488  # a plotter that vpype knows, and what it takes its unit for, which is a fortieth
STRAYS = 0.15  # millimetres: path data and HPGL each round, and each is as near to the curves as a pen needs

for program in ("vpype", "ezhpgl"):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed", allow_module_level=True)

Points = NDArray[np.float64]


@pytest.fixture(scope="module")
def plotted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that draws penguins."""
    folder = tmp_path_factory.mktemp("plotted")
    shutil.copytree(ROOT / "checkpoints" / "penguin", folder / "penguin")
    with client_of(folder) as client:
        yield client


def asked(client: TestClient, path: str, place: Path) -> Path:
    """A file with the answer."""
    answer = client.get(path)
    assert answer.status_code == 200
    place.write_bytes(answer.content)
    return place


def run(*words: str | Path) -> str:
    """What a program says."""
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=True, timeout=LONGEST).stdout


def stat(file: Path, *commands: str) -> dict[str, float]:
    """What vpype finds in an SVG once it has followed the commands: lengths in millimetres, and how many lines."""
    said = run("vpype", "read", file, *commands, "stat")
    [(width, *_)] = re.findall(r"page size: \((\S+), (\S+)\)", said)
    lengths, counts = (
        re.findall(rf"([\w-]* ?{noun}): ([\d.]+)", said.split("Totals")[1]) for noun in ("length", "count")
    )
    found = {name: float(value) * PIXEL for name, value in [("width", width), *lengths]}
    return found | {name: float(value) for name, value in counts}


def strokes(hpgl: Path) -> list[Points]:
    """The lines that ezhpgl reads, in millimetres."""
    read = hpgl.with_suffix(".json")
    run("ezhpgl", "export", "--format", "json", hpgl, "-o", read)
    [page] = json.loads(read.read_text())["pages"]
    geometries = [operation["geometry"] for operation in page["operations"]]
    assert {each["kind"] for each in geometries} == {"polyline"}
    return [np.array([(point["x"], point["y"]) for point in each["points"]]) for each in geometries]


@pytest.mark.parametrize("query", ["", "&count=12"])
def test_vpype_reads_svg_as_it_was_meant(plotted: TestClient, tmp_path: Path, query: str) -> None:
    """With `pens=1` it is one layer on a page of the size asked for, with all strokes of the picture without it.

    `linesort` makes the way of the pen while it is up at most a tenth shorter, of the one or of the other.
    """
    look = f"seed=5&width=150mm&margin=10mm{query}"
    ours = asked(plotted, f"/draw/penguin.svg?{look}&pens=1", tmp_path / "ours.svg")
    plain = asked(plotted, f"/draw/penguin.svg?{look}", tmp_path / "plain.svg")
    found, again, others = stat(ours), stat(ours, "linesort"), stat(plain, "linesort")
    assert found["Layer count"] == 1
    assert found["width"] == pytest.approx(150)
    assert found["Path count"] == others["Path count"]
    assert found["Pen-up length"] <= 1.1 * min(again["Pen-up length"], others["Pen-up length"])


def test_hpgl_is_what_vpype_makes_of_the_svg(plotted: TestClient, tmp_path: Path) -> None:
    """As many strokes of the same length, in the same places but for the margins of vpype's page."""
    look = "seed=5&width=150mm&margin=10mm&count=6&columns=3"
    ours = strokes(asked(plotted, f"/draw/penguin.hpgl?{look}", tmp_path / "ours.hpgl"))
    svg = asked(plotted, f"/draw/penguin.svg?{look}&pens=1", tmp_path / "ours.svg")
    file = tmp_path / "theirs.hpgl"
    page = ("--device", DEVICE, "--page-size", "a4", "--landscape", "--center", "--absolute")
    run("vpype", "read", svg, "write", *page, file)
    theirs = [line * UNIT / 0.025 for line in strokes(file)]
    a, b = (np.concatenate(lines) for lines in (ours, theirs))
    shift = b.min(axis=0) - a.min(axis=0)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one[[0, -1]] + shift == pytest.approx(other[[0, -1]], abs=STRAYS)
        assert length(one) == pytest.approx(length(other), abs=STRAYS, rel=0.02)


def length(line: Points) -> float:
    """Of a line, in millimetres."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
