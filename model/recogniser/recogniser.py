"""What does a drawing show? Stroke-5 rows in, how probable each category is out."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from model.archive.torchscript import scripted
from model.recogniser.inference import METHODS, InferenceNetwork
from model.recogniser.lines import Rows, rows_of

TOGETHER = 32  # drawings at once: bounds memory, and more are no faster


class Recogniser:
    """A trained network: `names` of its categories in the order of their numbers, `hash` of the model that it is.

    Drawings are stroke-5 rows [T, 5] in pixels, of any size at any place, finished or not. The answer to one does not
    depend on those beside it but for float32's last digits. Its work grows with its points only to read them.
    """

    def __init__(self, network: InferenceNetwork, names: Sequence[str], sha256: str) -> None:
        """Takes the network over: it is compiled, and made ready to judge."""
        self.names = tuple(names)
        self.hash = sha256
        self._width = network.head_weight.size(1)
        self._network = cast("InferenceNetwork", scripted(network, METHODS))
        self._network.prepare()

    @torch.inference_mode()
    def log_probabilities(self, drawings: Sequence[Tensor]) -> Tensor:
        """Natural logarithms [n, len(names)] of how probable each category is, all as likely before.

        Raises DrawingError, which names the drawing, for one that is empty or no drawing.
        """
        parts = [self._network.log_probabilities(rows, lengths) for rows, lengths in _together(drawings)]
        return torch.cat([torch.zeros(0, len(self.names)), *parts])

    @torch.inference_mode()
    def features(self, drawings: Sequence[Tensor]) -> Tensor:
        """What the network sees of each drawing [n, F], from which it concludes: near for drawings that look alike."""
        parts = [self._network.features(rows, lengths) for rows, lengths in _together(drawings)]
        return torch.cat([torch.zeros(0, self._width), *parts])


def _together(drawings: Sequence[Tensor]) -> list[Rows]:
    """Drawings that are judged at once; all are looked at before the first is judged."""
    return [rows_of(drawings[first : first + TOGETHER], first) for first in range(0, len(drawings), TOGETHER)]
