"""What can judge drawings: a classifier of pictures, or the recogniser that the service ships."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from model.names import match_key
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser
from model.strokes import Array
from training.classifier.network import load_classifier
from training.errors import ClassifierError

BATCH = 256  # drawings at once


class Judge(Protocol):
    """Knows categories by name, and says how likely a drawing shows each."""

    @property
    def names(self) -> tuple[str, ...]: ...
    def classify(self, drawings: Sequence[Array]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Shipped:
    """The recogniser as a judge."""

    recogniser: Recogniser

    @property
    def names(self) -> tuple[str, ...]:
        """Of its categories, in order of their numbers."""
        return self.recogniser.names

    @torch.inference_mode()
    def classify(self, drawings: Sequence[Array]) -> NDArray[np.float32]:
        """Probabilities [n, categories] of n drawings [T, 5]."""
        rows = [torch.from_numpy(drawing) for drawing in drawings]
        parts = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        found: NDArray[np.float32] = (
            torch.cat([self.recogniser.log_probabilities(part) for part in parts]).exp().numpy()
        )
        return found


def load_judge(path: Path, device: torch.device | str = "cpu") -> Judge:
    """The recogniser of a folder, or the classifier of a file. Raises CheckpointError or ClassifierError."""
    return Shipped(load_recogniser(path)) if path.is_dir() else load_classifier(path, device)


def number_of(judge: Judge, category: str) -> int:
    """The number of a category, by any spelling. Raises ClassifierError where the judge does not know it."""
    keys = [match_key(name) for name in judge.names]
    if match_key(category) not in keys:
        raise ClassifierError(f"the classifier does not know the category {category!r}")
    return keys.index(match_key(category))
