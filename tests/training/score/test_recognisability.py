import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.round_and_square import drawings
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork
from training.errors import ClassifierError, DataError
from training.score.recognisability import recognisability, summary, wilson

NAMES = ("cat", "dog", "lion", "tiger", "cow", "pig", "owl")


@pytest.fixture
def classifier() -> PictureClassifier:
    torch.manual_seed(0)
    config = ClassifierConfig(len(NAMES), size=16, widths=(4, 4))
    return PictureClassifier(PictureNetwork(config), config, NAMES)


def test_shares_and_mistakes() -> None:
    """Top-1, top-5 and the wrong answers are counted as they are, out of all drawings."""
    ordered = [[0, 1, 2, 3, 4, 5, 6], [1, 0, 2, 3, 4, 5, 6], [1, 2, 3, 4, 0, 5, 6], [2, 1, 3, 4, 5, 0, 6]]
    probabilities = np.zeros((4, 7), np.float32)
    for row, order in zip(probabilities, ordered, strict=True):
        row[order] = np.linspace(0.4, 0.01, 7)
    found = summary(probabilities, np.zeros(4, np.int64), NAMES)
    assert (found.n, found.top1, found.top5) == (4, 0.25, 0.75)
    assert found.mistaken_for == {"dog": 0.5, "lion": 0.25}
    assert found.top1_range95 == wilson(1, 4)
    assert found.top5_range95 == wilson(3, 4)


def test_a_judge_without_an_opinion_recognises_nothing(classifier: PictureClassifier) -> None:
    """Where all categories are equally likely, no drawing counts as recognised."""
    classifier.network.head.weight.data.zero_()
    classifier.network.head.bias.data.zero_()
    found = recognisability(classifier, drawings("round", 5), "cat")
    assert (found.n, found.top1, found.top5) == (5, 0, 0)


def test_a_judge_of_one_opinion(classifier: PictureClassifier) -> None:
    """A classifier that always says the same recognises all of that category and none of another."""
    classifier.network.head.bias.data[1] = 1e3
    assert recognisability(classifier, drawings("round", 5), "dog").top1 == 1
    other = recognisability(classifier, drawings("round", 5), "cat")
    assert other.top1 == 0
    assert other.mistaken_for == {"dog": 1}


def test_bad_input_is_named(classifier: PictureClassifier) -> None:
    """No drawings, or a category that the classifier never saw, are errors that name the category."""
    with pytest.raises(DataError, match="no drawings of 'cat'"):
        recognisability(classifier, [], "cat")
    with pytest.raises(ClassifierError, match="'unicorn'"):
        recognisability(classifier, drawings("round", 2), "unicorn")


def test_wilson_against_published_values() -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3."""
    for hits, n, low, high in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)]:
        assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_is_symmetric(case: tuple[int, int]) -> None:
    """The range lies in 0..1, holds the share, and turns round when hits and misses do."""
    hits, n = case
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low))
