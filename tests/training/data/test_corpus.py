import numpy as np
import pytest

from model.strokes import END_ROW, START_ROW
from tests.training import shapes
from training.data.corpus import Corpus, batches, in_order
from training.errors import DataError

CORPUS = Corpus.of(shapes.drawings("square", 70) + shapes.drawings("zigzag", 60), [0] * 70 + [1] * 60)


def test_counts() -> None:
    """Points are real moves: the end rows do not count."""
    assert len(CORPUS) == 130
    assert CORPUS.points == 70 * 6 + 60 * 7
    assert CORPUS.lengths.tolist() == [7] * 70 + [8] * 60


def test_a_batch_holds_whole_drawings_between_start_and_end() -> None:
    """Rows begin with the start token and are filled up with end rows; nothing of a neighbour leaks in."""
    rows = CORPUS.batch(np.array([3, 100])).numpy()
    assert rows.shape == (2, 9, 5)
    assert (rows[:, 0] == START_ROW).all()
    np.testing.assert_array_equal(rows[0, 1:8], shapes.drawings("square", 70)[3])
    assert (rows[0, 7:] == END_ROW).all()
    np.testing.assert_array_equal(rows[1, 1:], shapes.drawings("zigzag", 60)[30])


def test_an_epoch_shows_every_drawing_once() -> None:
    """Whatever the seed, each drawing comes once; another seed gives another order; the same seed the same."""
    orders = [np.concatenate(list(batches(CORPUS, 16, np.random.default_rng(seed)))) for seed in (1, 1, 2)]
    for order in orders:
        assert sorted(order) == list(range(130))
    assert (orders[0] == orders[1]).all()
    assert (orders[0] != orders[2]).any()


def test_batches_are_of_like_length() -> None:
    """Padding is small: sorted in pools, all but one batch hold one length here."""
    mixed = [which for which in batches(CORPUS, 16, np.random.default_rng(0)) if len(set(CORPUS.lengths[which])) > 1]
    assert len(mixed) <= 1


def test_scoring_order_covers_all() -> None:
    """Scoring sees every drawing once too."""
    assert sorted(np.concatenate(list(in_order(CORPUS, 32)))) == list(range(130))


def test_moments_are_of_the_moves_alone() -> None:
    """Mean and standard deviation per axis, in pixels, end rows left out."""
    moves = np.concatenate([drawing[:-1, :2] for drawing in shapes.drawings("zigzag", 20)])
    mean, std = Corpus.of(shapes.drawings("zigzag", 20)).offset_moments()
    np.testing.assert_allclose(mean, moves.mean(0), rtol=1e-4)
    np.testing.assert_allclose(std, moves.std(0), rtol=1e-4)


def test_a_straight_line_has_a_usable_deviation() -> None:
    """An axis that never changes is divided by 1, not by 0."""
    line = np.array([[5, 0, 1, 0, 0], [7, 0, 0, 1, 0], [0, 0, 0, 0, 1]], np.float32)
    assert Corpus.of([line]).offset_moments()[1].tolist() == [1.0, 1.0]


def test_no_drawings_is_an_error() -> None:
    """An empty corpus is refused with words, not with an index error later."""
    with pytest.raises(DataError, match="no drawings"):
        Corpus.of([])


def test_corpora_joined_are_all_their_drawings() -> None:
    """In order, each of the category that is its corpus's number, whatever it was before."""
    parts = [Corpus.of(shapes.drawings(kind, 3), [7] * 3) for kind in ("square", "zigzag")]
    joined = Corpus.joined(parts)
    assert joined.category.tolist() == [0, 0, 0, 1, 1, 1]
    for number in range(6):
        np.testing.assert_array_equal(joined.drawing(number), parts[number // 3].drawing(number % 3))
