import numpy as np
import torch

from tests.training.shared import small
from training.data.corpus import Corpus
from training.loop.drawings import REAL, SAMPLED, Drawings

FOUND = small.collection()
THERE = Drawings.of(FOUND.train, small.CPU, real=FOUND.real)


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


def test_whole_pixels_take_two_bytes_each() -> None:
    """Moves that an int16 holds are packed into it; others keep every bit, what is no number included."""
    train = FOUND.train
    whole = Corpus(train.rows.round(), train.starts, train.category)
    numbers = np.arange(0, 180, 7)
    there = torch.from_numpy(numbers)
    assert torch.equal(Drawings.of(whole, small.CPU).batch(numbers, there).rows, whole.batch(numbers))
    assert Drawings.of(whole, small.CPU).moves.dtype == torch.int16
    for value in (0.5, 4e4, np.nan, np.inf):
        odd = Corpus(whole.rows.copy(), train.starts, train.category)
        odd.rows[train.starts[7], 0] = value
        drawings = Drawings.of(odd, small.CPU)
        assert drawings.moves.dtype == torch.float32
        found = drawings.batch(numbers, there).rows
        np.testing.assert_array_equal(found.numpy(), odd.batch(numbers).numpy())
