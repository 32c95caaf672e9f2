import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.full_disk import full
from training.errors import FigureError
from training.figure.animation import write_gif

FRAMES = [Image.fromarray(np.full((8, 12, 3), shade, np.uint8)) for shade in (0, 90, 180, 255)]


def test_frames_come_back_in_order_with_their_times(tmp_path: Path) -> None:
    """Four frames, four shades, and it begins again for ever."""
    write_gif(tmp_path / "a.gif", FRAMES, [50, 60, 70, 900])
    with Image.open(tmp_path / "a.gif") as animation:
        assert animation.info["loop"] == 0
        for i, (shade, time) in enumerate(zip((0, 90, 180, 255), (50, 60, 70, 900), strict=True)):
            animation.seek(i)
            assert animation.info["duration"] == time
            assert abs(int(np.asarray(animation.convert("L")).mean()) - shade) <= 4


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(FigureError, match=r"a\.gif cannot be written"):
        write_gif(Path(__file__) / "a.gif", FRAMES, [1] * 4)


def test_a_full_disk_keeps_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is written whole or not at all."""
    path = tmp_path / "a.gif"
    path.write_text("older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FigureError, match=r"a\.gif cannot be written: No space left on device"):
        write_gif(path, FRAMES, [1] * 4)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.gif", "older")]
