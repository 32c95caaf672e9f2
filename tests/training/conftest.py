"""Two categories that only the picture tells apart, and a classifier that knows them, for all tests of this folder."""

from pathlib import Path

import pytest

from tests.training import round_and_square
from training.__main__ import main

FAST = ["--steps", "60", "--batch", "16", "--lr", "0.01", "--threads", "1", "--float32", "--quiet"]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return round_and_square.folder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def classifier(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("classifier") / "classifier.pt"
    assert main(["classifier", "--data", str(data), "--out", str(path), *FAST]) == 0
    return path
