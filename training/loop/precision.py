"""Half precision where it is safe: which type, and gradients that neither vanish in it nor spoil the weights.

On CUDA autocast runs cuDNN's LSTM in float16 whatever type it is asked for (PyTorch's AutocastRNN.cpp names no other),
so networks with an LSTM ask for that. The smallest number of float16 is 6e-8: gradients below that are lost unless the
loss is multiplied first (Micikevicius et al., "Mixed Precision Training", 2018). bfloat16 has the range of float32 and
needs no factor. `torch.amp.GradScaler` waits for the device at every step, to know whether it may be made; here the
device decides.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

FIRST_SCALE = 1024.0
REGROWTH = 2 ** (1 / 200)  # a step: a scale that was halved is what it was after two hundred good ones


def half_type(device: torch.device) -> torch.dtype:
    """The type in which a network with an LSTM is trained on a device."""
    return torch.float16 if device.type == "cuda" else torch.bfloat16


def mixed_precision(device: torch.device, *, enabled: bool = True) -> torch.autocast:
    """A context in which the products of a network with an LSTM are in half precision."""
    return torch.autocast(device.type, half_type(device), enabled=enabled)


def allow_tf32(*, enabled: bool) -> None:
    """Whether CUDA's products of float32 round what they read to ten bits, which is several times as fast."""
    torch.backends.cuda.matmul.allow_tf32 = enabled
    torch.backends.cudnn.allow_tf32 = enabled


class LossScale:
    """A factor of the loss, on the device: halved by a step whose gradient is no finite number, never above `most`."""

    def __init__(self, most: float, device: torch.device) -> None:
        self.value = torch.full((), most, device=device)
        self._most = most

    @classmethod
    def on(cls, device: torch.device, *, half: bool) -> "LossScale":
        """What the type of a network with an LSTM needs on a device: 1 where it is not float16."""
        return cls(FIRST_SCALE if half and half_type(device) == torch.float16 else 1.0, device)

    @torch.no_grad()
    def settle(self, parameters: Iterable[nn.Parameter], most: float) -> tuple[Tensor, Tensor]:
        """See `settle`. The factor follows."""
        norm, bad = settle(parameters, self.value, most)
        self.value = torch.where(bad, self.value / 2, self.value * REGROWTH).clamp(1.0, self._most)
        return norm, bad


@torch.no_grad()
def settle(parameters: Iterable[nn.Parameter], scale: float | Tensor, most: float) -> tuple[Tensor, Tensor]:
    """Gradients of a loss times `scale`, brought back and clipped to the norm `most`: (that norm, whether it is none).

    Where the norm is no finite number all gradients become 0, so that the step teaches nothing and spoils nothing. Both
    answers stay on the device: nobody has to wait for it to make the step.
    """
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = nn.utils.get_total_norm(gradients) / scale
    bad = ~torch.isfinite(norm)
    factor = torch.clamp(most / (norm + 1e-6), max=1.0) / scale
    for gradient in gradients:
        gradient.mul_(factor).masked_fill_(bad, 0.0)
    return norm, bad
