from pathlib import Path

import numpy as np
import pytest
import torch

from model.drawing import draw
from model.latent import from_text
from model.saving import save_checkpoint
from tests.training import shapes
from tests.training.convert import old
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork
from training.convert.first_card import card_of
from training.score import styles
from training.score.styles import DRAWINGS, FIRST_SEED, encoded, find_styles
from training.score.subject import Subject, load_all


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """The second subject of a network with an encoder."""
    network = old.shared_network()
    save_checkpoint(
        tmp_path / "it", network.weights(), card_of(network, old.NAMES, "many", dict.fromkeys(old.NAMES, 12), [])
    )
    return list(load_all([tmp_path / "it"], []))[1]


PAIR = (0.4, 0.6)


class Judge(PictureClassifier):
    """Holds a drawing for the subject if it has many points: something that codes differ by."""

    def classify(self, drawings: list[np.ndarray]) -> np.ndarray:  # type: ignore[override]
        sure = np.array([len(drawing) for drawing in drawings], np.float32)
        return np.stack([6 - sure, sure - 6], axis=1)


@pytest.fixture
def judge() -> Judge:
    config = ClassifierConfig(2, size=16, widths=(4, 4))
    return Judge(PictureNetwork(config), config, ("a", "b"))


def test_styles_are_codes_whose_drawings_are_recognised(
    subject: Subject, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best come first, each with the share of its drawings that are; bad ones do not come at all."""
    monkeypatch.setattr(styles, "LEAST", 0.3)
    people = [*shapes.drawings("square", 20)]
    found = find_styles(subject, 1, people, judge, PAIR, most=5)
    shares = [share for _, share in found]
    assert found
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= 0.3
    card, size = subject.card, subject.checkpoint.card.latent
    codes = [tuple(from_text(text, size)) for text, _ in found]
    theirs = [np.round(code * 32) / 32 for code in encoded(subject, people).numpy()]
    assert all(any(np.allclose(code, other) for other in theirs) for code in codes), "codes of people's drawings"
    assert len(find_styles(subject, 1, people, judge, PAIR, most=1)) == 1
    monkeypatch.setattr(styles, "LEAST", 1.1)
    assert find_styles(subject, 1, people, judge, PAIR, most=5) == []
    assert FIRST_SEED > 10**9
    assert DRAWINGS > 1
    assert draw(subject.checkpoint, [1], subject=1, temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=12)


def test_codes_do_not_depend_on_company(subject: Subject) -> None:
    """Drawings of all lengths are encoded side by side as each is alone."""
    people = [*shapes.drawings("square", 5)]
    together = encoded(subject, people)
    for drawing, code in zip(people, together, strict=True):
        assert torch.equal(encoded(subject, [drawing])[0], code)
