"""sketch-rnn's loss against its formula, written out drawing by drawing from the densities of a checkpoint."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training import networks, shapes
from training.data.corpus import Corpus
from training.data.formats import read_drawings
from training.data.split import split_of
from training.errors import DataError
from training.score.sketch_rnn_loss import FLOOR, Normalisation, normalisation_of, sketch_rnn_loss

DRAWINGS = shapes.drawings("square", 5) + shapes.drawings("zigzag", 3)  # 6 and 7 moves each
BY = Normalisation(longest=9, scale=40.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return networks.write(tmp_path / "c", "thing")


def test_it_is_the_papers_equation_over_the_padded_length(folder: Path) -> None:
    """Offsets over real moves with the floor, the pen over all rows, both divided by the longest of all drawings."""
    subject = networks.load(folder)
    offset = pen = 0.0
    context = subject.checkpoint.contexts([0])
    for drawing in DRAWINGS:
        rows = torch.from_numpy(np.concatenate([[[0, 0, 1, 0, 0]], drawing]).astype(np.float32))[None]
        xy, p = (part[0].double() for part in subject.checkpoint.module.log_prob(rows, context))
        offset += sum(-math.log(math.exp(value) * BY.scale**2 + FLOOR) for value in xy[:-1].tolist()) / BY.longest
        pen += -float(p.sum()) / BY.longest
    found = sketch_rnn_loss(subject, Corpus.of(DRAWINGS), BY)
    assert found.offset == pytest.approx(offset / len(DRAWINGS), rel=1e-4)
    assert found.pen == pytest.approx(pen / len(DRAWINGS), rel=1e-4)
    assert found.loss == pytest.approx(found.offset + found.pen, rel=1e-12)
    assert (found.longest, found.scale) == (BY.longest, BY.scale)


def test_the_floor_bounds_what_a_surprise_costs(folder: Path) -> None:
    """A move that the network holds for impossible costs no more than -log of the floor."""
    subject = networks.load(folder)
    far = DRAWINGS[0].copy()
    far[2, :2] = 5000
    near = sketch_rnn_loss(subject, Corpus.of(DRAWINGS[:1]), BY).offset
    found = sketch_rnn_loss(subject, Corpus.of([far]), BY).offset
    assert near + 5 / BY.longest < found  # e^-5 is far above the floor
    assert found <= near + 2 * (-math.log(FLOOR) + math.log(BY.scale**2)) / BY.longest


def test_the_longest_drawing_fills_the_padded_length(folder: Path) -> None:
    """As in the authors' code, a drawing of Nmax moves has no room for its end row: that row does not count."""
    subject = networks.load(folder)
    corpus = Corpus.of(DRAWINGS[:1])
    exact, roomy = (sketch_rnn_loss(subject, corpus, Normalisation(longest, 40.0)) for longest in (6, 7))
    assert exact.offset * 6 == pytest.approx(roomy.offset * 7)
    assert exact.pen * 6 < roomy.pen * 7


def test_the_normalisation_is_of_the_whole_dataset(tmp_path: Path) -> None:
    """The longest drawing of all splits; one standard deviation of both axes over the training split."""
    files = [shapes.write(tmp_path / f"{kind}.ndjson", kind, 60) for kind in ("square", "zigzag")]
    drawings = [sketch.stroke5 for file in files for sketch in read_drawings(file)]
    offsets = np.concatenate([drawing[:-1, :2].ravel() for drawing in drawings if split_of(drawing) == "train"])
    found = normalisation_of(files)
    assert found.longest == max(len(drawing) for drawing in drawings) - 1
    assert found.scale == pytest.approx(float(offsets.std()), rel=1e-5)


def test_drawings_outside_the_training_split_are_scale_enough(tmp_path: Path) -> None:
    """A file without a drawing to train on, such as a test set, is measured by its own; one without any is refused."""
    path = shapes.write(tmp_path / "square.ndjson", "square", 60)
    lines = path.read_text().splitlines(keepends=True)
    splits = [split_of(sketch.stroke5) for sketch in read_drawings(path)]
    path.write_text("".join(line for line, split in zip(lines, splits, strict=True) if split != "train"))
    assert normalisation_of([path]).scale > 10
    path.write_text("")
    with pytest.raises(DataError, match=r"no drawing with a move in .*square\.ndjson"):
        normalisation_of([path])
