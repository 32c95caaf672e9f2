"""Checkpoints for the tests of `model/`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from model.saving import save_checkpoint
from tests.model import samples


@pytest.fixture
def inference() -> Iterator[None]:
    """No gradients, as where drawings are made."""
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that no test changes."""
    folder = tmp_path_factory.mktemp("kept")
    save_checkpoint(folder, samples.weights(), samples.card())
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A checkpoint of a test's own."""
    return Path(shutil.copytree(kept, tmp_path / "the-test"))
