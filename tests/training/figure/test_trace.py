from pathlib import Path

import numpy as np
import pytest
import torch

from model.drawing import draw
from model.strokes import START_ROW
from tests.training.figure import tiny
from training.figure.trace import trace


@pytest.mark.parametrize("seed", [0, 3, 11])
def test_the_drawing_is_the_one_that_is_decoded_everywhere(tmp_path: Path, seed: int) -> None:
    """Row by row the same as `draw` of the same seed, bit for bit, and a belief for each row."""
    subject = tiny.request(tmp_path).subject
    rows, predictions = trace(subject, seed, temp_xy=0.4, temp_p=0.5)
    [drawing] = draw(subject.checkpoint, [seed], temp_xy=0.4, temp_p=0.5, max_points=subject.card.max_points)
    assert rows.tobytes() == drawing.stroke5[: len(rows)].tobytes()
    assert len(predictions) == len(rows)


def test_the_beliefs_are_those_that_the_drawing_was_drawn_from(tmp_path: Path) -> None:
    """Density and pen at each row that was drawn are what the checkpoint's `log_prob` says of it."""
    subject = tiny.request(tmp_path).subject
    rows, predictions = trace(subject, 1, temp_xy=1.0, temp_p=1.0)
    whole = torch.from_numpy(np.concatenate([START_ROW[None], rows]))[None]
    context = subject.checkpoint.contexts([subject.number])
    xy, pen = (log.numpy()[0] for log in subject.checkpoint.module.log_prob(whole, context))
    for row, belief, log_xy, log_pen in zip(rows, predictions, xy, pen, strict=True):
        assert np.log(belief.pen[row[2:].argmax()]) == pytest.approx(log_pen, abs=1e-4)
        if row[4] == 0:
            assert np.log(belief.density(row[:2].astype(np.float64))) == pytest.approx(log_xy, abs=1e-3)


def test_a_density_holds_everything(tmp_path: Path) -> None:
    """Its integral over the plane is 1, blurred or not."""
    _, predictions = trace(tiny.request(tmp_path).subject, 1, temp_xy=1.0, temp_p=1.0)
    along = np.arange(-600, 600, 2.0)
    plane = np.stack(np.meshgrid(along, along), axis=-1)
    for blur in (0.0, 9.0):
        assert predictions[0].density(plane, blur).sum() * 4 == pytest.approx(1, abs=0.01)
