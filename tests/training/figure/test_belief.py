import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.figure import tiny
from training.figure.belief import BLUR, SHARES, belief, borders
from training.figure.trace import Prediction, trace

TWO_HILLS = Prediction(
    weight=np.array([0.7, 0.3]),
    mean=np.array([[0.0, 0.0], [80.0, 40.0]]),
    sigma=np.array([[10.0, 20.0], [6.0, 6.0]]),
    rho=np.array([0.5, -0.3]),
    pen=np.array([0.5, 0.3, 0.2]),
)


def test_a_shade_holds_its_share_of_the_belief() -> None:
    """The mass where the density exceeds a border is that share, and the borders fall."""
    along = np.arange(-120, 160, 0.5)
    density = TWO_HILLS.density(np.stack(np.meshgrid(along, along), axis=-1), BLUR)
    levels = borders(TWO_HILLS)
    for share, level in zip(SHARES, levels, strict=True):
        assert density[density > level].sum() / 4 == pytest.approx(share, abs=0.02)
    assert (np.diff(levels) < 0).all()
    np.testing.assert_array_equal(levels, borders(TWO_HILLS))


def test_there_is_a_frame_before_each_row(tmp_path: Path) -> None:
    """As many as rows; the one that shows the ending stays longest; no two neighbours are alike."""
    request = tiny.request(tmp_path)
    belief(request, tmp_path / "belief.gif")
    card = request.subject.card
    rows, _ = trace(request.subject, request.seed, temp_xy=card.temp_xy, temp_p=card.temp_p)
    with Image.open(tmp_path / "belief.gif") as animation:
        frames = []
        for i in range(len(rows)):
            animation.seek(i)
            frames.append(animation.convert("RGB").tobytes())
        assert animation.info["duration"] == 3000
        with pytest.raises(EOFError):
            animation.seek(len(rows))
    assert all(before != after for before, after in itertools.pairwise(frames))
