from itertools import pairwise
from pathlib import Path

import pytest

from tests.training import shapes
from training.__main__ import main
from training.data.collection import collect, files_by_category
from training.data.packed import read_packed


def test_a_packed_folder_is_the_folders_collection(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The same drawings in the same splits, twins of held-out ones left out; the command says what it packed."""
    for kind in ("square", "zigzag"):
        shapes.write(tmp_path / "real" / f"{kind}.ndjson.gz", kind, 120)
    shapes.write(tmp_path / "extra" / "square.ndjson", "square", 120)  # twins, all of them
    argv = ["pack", "--data", str(tmp_path / "real"), "--extra-data", str(tmp_path / "extra")]
    caplog.set_level("INFO")
    assert main([*argv, "--out", str(tmp_path / "packed")]) == 0
    files, extra = files_by_category(tmp_path / "real"), files_by_category(tmp_path / "extra")
    expected = collect(files, extra, max_points=250)
    found = read_packed(tmp_path / "packed", max_points=250)
    assert (found.names, found.real, found.extra) == (expected.names, expected.real, expected.extra)
    assert (found.train.rows == expected.train.rows).all()
    assert (found.valid.rows == expected.valid.rows).all()
    assert 60 < found.extra < 120
    assert f"2 categories, {found.real} real and {found.extra} extra drawings for training" in caplog.text


def test_what_cannot_be_packed_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drawings longer than a packed one can be: a line on standard error, exit 2."""
    path = tmp_path / "real" / "long.ndjson"
    path.parent.mkdir()
    line = '{"word": "long", "drawing": [[[%s], [%s]]]}'
    numbers = [",".join(str((at * step + seed) % 256) for at in range(300)) for seed in range(40) for step in (1, 2)]
    path.write_text("\n".join(line % (xs, ys) for xs, ys in pairwise(numbers)))
    argv = ["pack", "--data", str(path.parent), "--out", str(tmp_path / "packed"), "--max-points", "400"]
    assert main(argv) == 2
    assert "at most 255 points can be packed" in capsys.readouterr().err
