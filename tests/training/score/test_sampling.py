"""A checkpoint's drawings, one for each seed."""

from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from tests.app.tiny import write_checkpoint
from training.score import sampling


def test_a_seed_names_its_drawing_however_many_are_decoded_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the seeds' order, and the same in batches of another size."""
    checkpoint = load_checkpoint(write_checkpoint(tmp_path, "penguin"))
    together = sampling.sample_drawings(checkpoint, range(5, 10), temp_xy=0.5, temp_p=0.5)
    monkeypatch.setattr(sampling, "BATCH", 2)
    apart = sampling.sample_drawings(checkpoint, range(5, 10), temp_xy=0.5, temp_p=0.5)
    assert [drawing.stroke5.tolist() for drawing in together] == [drawing.stroke5.tolist() for drawing in apart]
    assert len({drawing.stroke5.tobytes() for drawing in together}) > 1
