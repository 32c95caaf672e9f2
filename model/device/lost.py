"""Whether a GPU is still there for this process."""

import torch


def is_lost(device: torch.device) -> bool:
    """Whether it answers nothing any more, as after a fault in a kernel: only a new process can use it again."""
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False
