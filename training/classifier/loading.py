"""A classifier of either form, by what lies at its path: a recogniser's folder, or a file of one of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model.errors import CheckpointError
from model.recogniser.lines import visible
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser
from model.strokes import Array
from training.classifier.classifier import Classifier
from training.classifier.pictures import load_picture_classifier
from training.errors import ClassifierError


@dataclass(frozen=True)
class StrokeClassifier(Classifier):
    """The recogniser of the product as a judge."""

    recogniser: Recogniser
    names: tuple[str, ...]

    def classify(self, drawings: Sequence[Array]) -> NDArray[np.float32]:
        """See `Classifier.classify`."""
        found = self.recogniser.log_probabilities([torch.from_numpy(visible(drawing)) for drawing in drawings])
        return found.exp().numpy()


def load_classifier(path: Path, device: torch.device | str = "cpu") -> Classifier:
    """The classifier at a path; a recogniser works on the CPU whatever the device.

    Raises ClassifierError when it is missing, damaged or something else. A recogniser is an
    archive, and so code; of a file of pictures nothing is executed.
    """
    if not path.is_dir():
        return load_picture_classifier(path, device)
    try:
        recogniser = load_recogniser(path)
    except CheckpointError as error:
        raise ClassifierError(str(error)) from error
    return StrokeClassifier(recogniser, recogniser.names)
