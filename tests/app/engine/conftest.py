"""What tests of the engine share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, load_checkpoint


@pytest.fixture
def inference() -> Iterator[None]:
    """No gradients, as in the engine's thread."""
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def animals(menagerie: Path) -> Checkpoint:
    """A network of several subjects."""
    return load_checkpoint(menagerie / "animals")
