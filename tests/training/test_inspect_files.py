import json
from pathlib import Path

import pytest
from PIL import Image

from tests.training import shapes, writers
from training.__main__ import main


def inspect(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(["inspect", *argv]) == 0
    return capsys.readouterr().out


def test_the_text_names_what_a_person_asks_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Format, number, words, splits, lengths and the distribution of moves, each file after the other."""
    square = shapes.write(tmp_path / "square.ndjson.gz", "square", 30)
    other = writers.binary(tmp_path / "cat.bin", [[[(0, 0), (255, 255)], [(7, 7)]]])
    text = inspect(capsys, str(square), str(other))
    assert "square.ndjson.gz: ndjson, 30 drawings\n  words       square 30\n" in text
    assert "cat.bin: binary, 1 drawings\n" in text
    assert "points      min 7, 5 % 7, median 7, 95 % 7, max 7" in text
    assert "lines (150 moves with the pen down)" in text
    assert "note: these drawings do not fit the 0..255 box" in text.split("cat.bin")[0]
    assert "note" not in text.split("cat.bin")[1]


def test_output_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, or a reader that went away, is one line and exit status 2, as for all commands."""
    square = shapes.write(tmp_path / "square.ndjson", "square", 3)
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr("sys.stdout", full)
        assert main(["inspect", str(square)]) == 2
    assert capsys.readouterr().err == "error: No space left on device\n"


def test_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a file; an empty file has no drawings and nothing else."""
    file = writers.ndjson(tmp_path / "cat.ndjson", [[[(0, 0), (3, 4)], [(203, 4), (203, 255)]]], raw=True)
    (tmp_path / "empty.ndjson").touch()
    first, second = (
        json.loads(line) for line in inspect(capsys, "--json", str(file), str(tmp_path / "empty.ndjson")).splitlines()
    )
    assert (first["format"], first["drawings"]) == ("raw ndjson", 1)
    assert first["moderation"] == {"recognized": 1}
    assert first["side"]["max"] == 255
    assert first["dy"]["max"] == 251
    assert sum(first["moves"]["jumps"]) == 1
    assert second == {"file": str(tmp_path / "empty.ndjson"), "format": "ndjson", "drawings": 0}


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_sheet_of_some(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    """As many drawings of each file as asked for."""
    files = [str(shapes.write(tmp_path / f"{kind}.ndjson", kind, 20)) for kind in ("square", "zigzag")]
    sheet = tmp_path / f"sheet.{ending}"
    inspect(capsys, *files, "--sheet", str(sheet), "--count", "10")
    if ending == "svg":
        assert sheet.read_text().count("<path") == 20
    else:
        with Image.open(sheet) as image:
            assert image.size == (1600, 320)


def test_what_cannot_be_inspected_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is none of ours, no drawings to show, an ending that is no picture: a line, and exit 2."""
    (tmp_path / "zeros").write_bytes(bytes(64))
    (tmp_path / "empty").touch()
    square = shapes.write(tmp_path / "square.ndjson", "square", 3)
    for argv, message in (
        ([tmp_path / "zeros"], "no file of drawings"),
        ([tmp_path / "empty", "--sheet", tmp_path / "a.svg"], "no drawings to put on a sheet"),
        ([square, "--sheet", tmp_path / "a.gif"], "must end in .svg or .png"),
        ([square, "--sheet", tmp_path / "no" / "a.svg"], "cannot be written"),
    ):
        assert main(["inspect", *map(str, argv)]) == 2
        assert message in capsys.readouterr().err


def test_what_training_would_leave_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many are longer than --max-points, and how many are there twice."""
    once = shapes.write(tmp_path / "once.ndjson", "square", 5).read_text()
    (tmp_path / "twice.ndjson").write_text(once + once)
    text = inspect(capsys, str(tmp_path / "twice.ndjson"))
    assert "note: 5 of these drawings are twins" in text
    assert "longer than" not in text
    argv = ["--max-points", "6", str(tmp_path / "twice.ndjson")]
    assert "note: 10 of these drawings are longer than 6 points" in inspect(capsys, *argv)
    found = json.loads(inspect(capsys, "--json", *argv))
    assert (found["longer"], found["twins"]) == ({"max_points": 6, "drawings": 10}, 5)
