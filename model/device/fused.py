"""Philox in one kernel. Its whole numbers take some four hundred operations of torch, each a kernel of its own.

torch compiles the kernel itself (NVRTC), so no compiler has to be installed. It is used where it gives the numbers that
the operations give; where it does not, or cannot be compiled, those do the work, and the log says so.
"""

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from model.device.philox import FACTORS, ROUNDS, WEYL, philox

Numbers = Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor, Tensor]]

log = logging.getLogger(__name__)

SOURCE = f"""
template <typename T> void philox(T seed, T step, T& a, T& b, T& c, T& d) {{
  unsigned long long k = seed, l = 0, w = step + 1, x = 0, y = 0, z = 0;
  for (int round = 0; round < {ROUNDS}; ++round) {{
    const unsigned long long left = {FACTORS[0]}ULL * w, right = {FACTORS[1]}ULL * y;
    const unsigned long long above = __umul64hi({FACTORS[0]}ULL, w), below = __umul64hi({FACTORS[1]}ULL, y);
    w = below ^ x ^ k;
    x = right;
    y = above ^ z ^ l;
    z = left;
    k += {WEYL[0]}ULL;
    l += {WEYL[1]}ULL;
  }}
  a = w; b = x; c = y; d = z;
}}
"""


def numbers_on(device: torch.device) -> Numbers:
    """What makes the whole numbers of `model.device.philox` fastest on a device."""
    if device.type != "cuda":
        return philox
    seed, step = (torch.arange(first, first + 64, device=device) << 32 | 5 for first in (-2, 7))
    try:
        fused: Numbers = torch.cuda.jiterator._create_multi_output_jit_fn(SOURCE, 4)  # noqa: SLF001 - as torch documents
        if all(torch.equal(*pair) for pair in zip(fused(seed, step), philox(seed, step), strict=True)):
            return fused
        log.warning("random numbers in one kernel differ from those of many; they are made the long way")
    except Exception:  # whatever the compiler says, drawings can be had without it
        log.warning("random numbers are made the long way: their kernel cannot be compiled", exc_info=True)
    return philox
