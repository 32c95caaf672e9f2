"""Two categories that only the picture tells apart, and a classifier that knows them, for all tests of this folder."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from model.recogniser.network import Shape
from tests.training import round_and_square
from training import train_classifier
from training.__main__ import main
from training.classifier.pictures import ClassifierConfig

FAST = ["--steps", "60", "--batch", "16", "--lr", "0.01", "--threads", "1", "--float32", "--quiet"]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return round_and_square.folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session", autouse=True)
def _small_classifiers() -> Iterator[None]:
    """Those that tests train see less than those that judge networks: two categories are told apart all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_classifier, "ClassifierConfig", partial(ClassifierConfig, size=24, widths=(8, 16, 32)))
        patch.setattr(train_classifier, "Shape", partial(Shape, size=32, widths=(8, 16, 32), path_widths=(8, 16, 32)))
        yield


@pytest.fixture(scope="session")
def classifier(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("classifier") / "classifier.pt"
    assert main(["classifier", "--data", str(data), "--out", str(path), *FAST]) == 0
    return path
