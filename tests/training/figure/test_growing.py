import itertools
from pathlib import Path

import numpy as np
from PIL import Image

from model.strokes import points_of
from tests.training.figure import tiny
from training.figure.growing import growing


def test_each_frame_adds_a_point(tmp_path: Path) -> None:
    """A frame a point and one of the whole; none like the one before; ink only grows."""
    request = tiny.request(tmp_path)
    growing(request, tmp_path / "growing.gif")
    [drawing] = request.drawn(request.subject, 1)
    with Image.open(tmp_path / "growing.gif") as animation:
        frames = []
        for i in range(animation.n_frames):  # type: ignore[attr-defined] # of GIF files
            animation.seek(i)
            frames.append(np.asarray(animation.convert("L")))
    assert len(frames) == points_of(drawing.stroke5) + 1
    assert all((before != after).any() for before, after in itertools.pairwise(frames))
    below = slice(45, None)  # the drawing, under its title
    assert (frames[-1][below] < 100).sum() > (frames[len(frames) // 2][below] < 100).sum() > 0
