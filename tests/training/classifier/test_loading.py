from pathlib import Path

import numpy as np
import pytest
import torch

from model.strokes import END_ROW, from_polylines
from tests.model.recogniser import samples
from tests.training.round_and_square import drawings
from training.classifier.loading import load_classifier
from training.errors import ClassifierError


def test_a_folder_is_a_recogniser(tmp_path: Path) -> None:
    """A recogniser judges as any classifier: probabilities of its own names that add up to 1."""
    card = samples.write(tmp_path)
    classifier = load_classifier(tmp_path)
    assert classifier.names == card.names
    found = classifier.classify(drawings("round", 3))
    assert found.shape == (3, len(card.names))
    torch.testing.assert_close(torch.from_numpy(found).sum(dim=1), torch.ones(3))


def test_a_drawing_that_ended_at_once_is_judged_too(tmp_path: Path) -> None:
    """A network may make one, which is as good as a dot; those beside it are judged all the same."""
    samples.write(tmp_path)
    some = drawings("round", 2)
    dot = from_polylines([[(0, 0)]])
    found = load_classifier(tmp_path).classify([some[0], END_ROW[None], some[1]])
    np.testing.assert_allclose(found, load_classifier(tmp_path).classify([some[0], dot, some[1]]), rtol=1e-5)


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    """With the words of the checkpoint's own error."""
    samples.write(tmp_path)
    (tmp_path / "model.pt").write_bytes(b"nothing")
    with pytest.raises(ClassifierError, match=r"model.pt has SHA-256"):
        load_classifier(tmp_path)


def test_a_missing_path_says_how_to_make_one(tmp_path: Path) -> None:
    """The message names the command."""
    with pytest.raises(ClassifierError, match="python -m training classifier"):
        load_classifier(tmp_path / "none.pt")
