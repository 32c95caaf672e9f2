"""The random numbers of `model.density.noise`, made where a drawing is decoded.

Philox 4x64 (Salmon et al., 2011) in torch's whole numbers of 64 bits, which have a sign and no upper half of a product:
sums and products wrap, so the lower 64 bits are right, and the upper ones come of halves of 32 bits. The whole numbers
are those of `model.density.noise` bit for bit, and so are the uniforms. The normals go through a logarithm and a cosine
in float64, where libraries may differ in the last bit, of which float32 drops 29.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from model.density.noise import DOUBLE_BITS

ROUNDS = 10
HALF, LOW = 32, 0xFFFFFFFF
FACTORS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)  # what the two halves of the key grow by each round
UNIT = 2.0**-53
BELOW_ONE = 1 - 2.0**-24  # the largest float32 below 1


def signed(number: int) -> int:
    """The whole number with a sign that has the same 64 bits."""
    return number - (1 << 64) if number >> 63 else number


def philox(seed: Tensor, step: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Four whole numbers of 64 bits for a seed and a step, int64 tensors that broadcast; the bits count, not the sign.

    numpy counts before it draws, so step t has the block number t + 1.
    """
    a = step + 1 + torch.zeros_like(seed)
    b = c = d = torch.zeros_like(a)
    for number in range(ROUNDS):
        first, second = seed + signed(number * WEYL[0] % 2**64), signed(number * WEYL[1] % 2**64)
        a, b, c, d = (
            _high(c, FACTORS[1]) ^ b ^ first,
            c * signed(FACTORS[1]),
            _high(a, FACTORS[0]) ^ d ^ second,
            a * signed(FACTORS[0]),
        )
    return a, b, c, d


def _high(numbers: Tensor, factor: int) -> Tensor:
    """The upper 64 bits of the products, all without a sign (Warren, "Hacker's Delight", 2012, section 8-2)."""
    low, high = factor & LOW, factor >> HALF
    its_low, its_high = numbers & LOW, _halved(numbers)
    middle = its_high * low + _halved(its_low * low)
    other = its_low * high + (middle & LOW)
    return its_high * high + _halved(middle) + _halved(other)


def _halved(numbers: Tensor) -> Tensor:
    """The upper 32 of 64 bits."""
    return (numbers >> HALF) & LOW


def noise_of(numbers: Sequence[Tensor]) -> Tensor:
    """Two uniforms and two standard normals of four whole numbers each, as `model.density.noise`: float32 [..., 4]."""
    units = [((part >> DOUBLE_BITS) & ((1 << 53) - 1)).double() * UNIT for part in numbers]
    radius = (-units[2]).log1p_().mul_(-2).sqrt_()
    angle = units[3] * (2 * math.pi)
    below = [unit.clamp_(max=BELOW_ONE) for unit in units[:2]]
    return torch.stack([*below, radius * angle.cos(), radius * angle.sin()], -1).float()
