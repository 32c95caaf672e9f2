"""The recipe to compare with is one that learns."""

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from benchmarks.article_training import LEAST, ArticleTraining
from tests.training import shapes
from training.data.corpus import Corpus

CORPUS = Corpus.of(shapes.drawings("square", 40) + shapes.drawings("zigzag", 24))


def trained() -> ArticleTraining:
    torch.manual_seed(0)
    return ArticleTraining(CORPUS, 16, 2, torch.device("cpu"))


def loss(of: ArticleTraining) -> torch.Tensor:
    mask = torch.arange(len(of.rows) - 1)[:, None] < of.lengths
    return of.loss(of.rows, mask)


def test_it_learns() -> None:
    """Steps bring its own loss down; each counts the real moves of its drawings, and no padding."""
    article = trained()
    before = loss(article).item()
    points = [article.step(np.arange(64)) for _ in range(30)]
    assert set(points) == {CORPUS.points}
    assert loss(article).item() < before - 0.1


def test_all_drawings_are_as_long_as_the_longest() -> None:
    """One padded length for the whole dataset, zeros after each drawing's end row."""
    rows = trained().rows
    assert rows.shape == (8 + 1, 64, 5)
    assert not rows[8, :40].any()
    assert rows[8, 40:, 4].all()


@torch.no_grad()
def test_its_density_is_the_mixture() -> None:
    """Written out by exp and log, it is the density that torch's distributions give."""
    article = trained()
    rows = article.rows[:, :1]
    mask = torch.zeros(len(rows) - 1, 1, dtype=torch.bool)
    mask[2] = True
    raw = article.head(article.lstm(rows[:-1])[0])[2, 0]
    _, pi, mx, my, lx, ly, r = torch.split(raw, [3, 2, 2, 2, 2, 2, 2])
    across = r.tanh() * (lx + ly).exp()
    covariance = torch.stack([torch.stack([(2 * lx).exp(), across], -1), torch.stack([across, (2 * ly).exp()], -1)], -2)
    normals = MultivariateNormal(torch.stack([mx, my], -1), covariance)
    mixture = MixtureSameFamily(Categorical(logits=pi), normals)
    expected = mixture.log_prob(rows[3, 0, :2]).exp() + LEAST  # type: ignore[no-untyped-call]
    pens = (rows[1:, 0, 2:] * article.head(article.lstm(rows[:-1])[0])[:, 0, :3].log_softmax(-1)).sum()
    found = -float(article.loss(rows, mask)) * mask.numel() - float(pens)
    assert found == pytest.approx(float(expected.log()), abs=1e-4)
