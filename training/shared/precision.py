"""Half precision where it is safe: which type, and gradients that neither vanish in it nor spoil the weights.

autocast runs cuDNN's LSTM in float16 whatever type it is asked for, so that is what is asked for on CUDA. The smallest
number of float16 is 6e-8: gradients below that are lost unless the loss is multiplied first (Micikevicius et al.,
"Mixed Precision Training", 2018). The factor is a constant. `torch.amp.GradScaler` would look for the largest one, and
to know whether a step may be made it waits for the device at every one of them.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def mixed_precision(device: torch.device, *, enabled: bool = True) -> torch.autocast:
    """A context in which products are in half precision: float16 on CUDA, bfloat16 on a CPU."""
    return torch.autocast(device.type, torch.float16 if device.type == "cuda" else torch.bfloat16, enabled=enabled)


def allow_tf32(*, enabled: bool) -> None:
    """Whether CUDA's products of float32 round what they read to ten bits, which is several times as fast."""
    torch.backends.cuda.matmul.allow_tf32 = enabled
    torch.backends.cudnn.allow_tf32 = enabled


@torch.no_grad()
def settle(parameters: Iterable[nn.Parameter], scale: float, most: float) -> tuple[Tensor, Tensor]:
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
