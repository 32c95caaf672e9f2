import numpy as np
import torch

from tests.training.shared import small
from training.shared.drawings import Drawings
from training.shared.network import REAL, SAMPLED

FOUND = small.collection()
THERE = Drawings.of(FOUND.train, FOUND.real, small.CPU)


def test_a_gathered_batch_is_the_corpuss_own() -> None:
    """Start token, rows, end rows as padding: the same numbers as read from the corpus, with their lengths."""
    numbers = np.array([0, 60, 61, 130, 179, 0])
    batch = THERE.batch(numbers, torch.from_numpy(numbers))
    assert torch.equal(batch.rows, FOUND.train.batch(numbers))
    assert batch.lengths.tolist() == FOUND.train.lengths[numbers].tolist()
    assert batch.points == int((batch.rows[:, 1:, 4] == 0).sum())
    assert batch.category.tolist() == FOUND.train.category[numbers].tolist()


def test_the_first_are_real_and_the_rest_sampled() -> None:
    """The source follows from the place."""
    assert len(THERE) == 180
    assert THERE.source.tolist() == [REAL] * 120 + [SAMPLED] * 60


def test_the_corpus_is_not_held_on_to() -> None:
    """What lies in a file is copied: no step reads a disk, and nothing is written back."""
    assert not np.shares_memory(THERE.moves.numpy(), FOUND.train.rows)
