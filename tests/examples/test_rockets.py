from pathlib import Path

import numpy as np
import pytest

from examples import rockets
from training.data.formats import read_drawings
from training.data.split import digest


def test_they_are_drawings_and_no_two_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command writes SVG files that training reads: several strokes each, all different."""
    monkeypatch.setattr("sys.argv", ["rockets", str(tmp_path / "rocket"), "--count", "12"])
    rockets.main()
    found = list(read_drawings(tmp_path / "rocket"))
    assert len({digest(sketch.stroke5) for sketch in found}) == 12
    assert {sketch.word for sketch in found} == {"rocket"}
    assert all(3 <= sketch.stroke5[:, 3].sum() <= 9 for sketch in found)


def test_the_same_seed_draws_the_same() -> None:
    """Another seed draws another."""
    first, again, other = (rockets.rocket(np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(np.concatenate(first), np.concatenate(again))
    assert not np.array_equal(first[0], other[0])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, as by every command."""
    (tmp_path / "rocket").write_text("a file")
    monkeypatch.setattr("sys.argv", ["rockets", str(tmp_path / "rocket")])
    with pytest.raises(SystemExit, match=r"error: .*rocket: File exists"):
        rockets.main()
