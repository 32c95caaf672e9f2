"""What does a drawing show? Stroke-5 rows in, how probable each category is out."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from model.recogniser.lines import lines_of
from model.recogniser.network import RecogniserNetwork, fused
from model.recogniser.path import PenPath, sample

TOGETHER = 32  # drawings at once: bounds memory, and more are no faster


class Recogniser:
    """A trained network: `names` of its categories in the order of their numbers, `hash` of the model that it is.

    Drawings are stroke-5 rows [T, 5] in pixels, of any size at any place, finished or not. The answer to one does not
    depend on those beside it but for float32's last digits. Its work grows with its points only to read them.
    """

    def __init__(self, network: RecogniserNetwork, names: Sequence[str], sha256: str) -> None:
        """Takes the network over: it is made ready to judge."""
        self.names = tuple(names)
        self.hash = sha256
        self._network = fused(network)

    @torch.inference_mode()
    def log_probabilities(self, drawings: Sequence[Tensor]) -> Tensor:
        """Natural logarithms [n, len(names)] of how probable each category is, all as likely before.

        Raises DrawingError, which names the drawing, for one that is empty or no drawing.
        """
        parts = [
            self._network.logits(self._network.features(path)).log_softmax(dim=-1) for path in self._paths(drawings)
        ]
        return torch.cat([torch.zeros(0, len(self.names)), *parts])

    @torch.inference_mode()
    def features(self, drawings: Sequence[Tensor]) -> Tensor:
        """What the network sees of each drawing [n, F], from which it concludes: near for drawings that look alike."""
        width = self._network.head.in_features
        return torch.cat([torch.zeros(0, width), *(self._network.features(path) for path in self._paths(drawings))])

    def _paths(self, drawings: Sequence[Tensor]) -> Iterator[PenPath]:
        firsts = range(0, len(drawings), TOGETHER)  # all are looked at before the first is judged
        together = [lines_of(drawings[first : first + TOGETHER], first) for first in firsts]
        return map(sample, together)
