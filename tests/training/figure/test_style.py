import os
from pathlib import Path

import matplotlib as mpl
import pytest

from tests.training.full_disk import full
from training.errors import FigureError
from training.figure import style


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_figure_is_the_same_file_each_time(tmp_path: Path, ending: str) -> None:
    """No date, no random ids; and matplotlib's own settings stay as they were."""
    before = dict(mpl.rcParams)
    for folder in ("a", "b"):
        figure = style.new_figure(2, 2)
        style.headline(figure, "title", "note")
        style.plain(figure.add_axes((0.2, 0.2, 0.5, 0.5)), x="x")
        (tmp_path / folder).mkdir()
        style.save(figure, tmp_path / folder / f"it.{ending}")
    assert (tmp_path / "a" / f"it.{ending}").read_bytes() == (tmp_path / "b" / f"it.{ending}").read_bytes()
    assert dict(mpl.rcParams) == before


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(FigureError, match=r"a\.svg cannot be written"):
        style.save(style.new_figure(1, 1), Path(__file__) / "a.svg")


def test_a_full_disk_keeps_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is written whole or not at all."""
    path = tmp_path / "a.svg"
    path.write_text("older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FigureError, match=r"a\.svg cannot be written: No space left on device"):
        style.save(style.new_figure(1, 1), path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.svg", "older")]
