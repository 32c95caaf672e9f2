"""The random numbers of a drawing: a function of its seed and the step, and of nothing else.

Counter-based: block number t of Philox 4x64 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011),
keyed by the seed, gives the four numbers of step t, so any step of any drawing can be had without those before it.
"""

from collections.abc import Sequence

import numpy as np

from model.strokes import Array

DOUBLE_BITS = 11  # a double holds 53 of 64 random bits


def noise(seeds: Sequence[int], first_step: int, steps: int) -> Array:
    """float32 [steps, n, 4] for drawings with `seeds` (each from 0 to 2**64 - 1), from `first_step` on.

    Columns: two uniforms in [0, 1) and two standard normals (Box and Muller, 1958).
    """
    raw = np.empty((steps, len(seeds), 4), dtype=np.uint64)
    for i, seed in enumerate(seeds):
        raw[:, i] = np.random.Philox(key=seed, counter=first_step).random_raw(4 * steps).reshape(steps, 4)
    unit = (raw >> np.uint64(DOUBLE_BITS)) * 2.0**-53
    out = np.empty(raw.shape, dtype=np.float32)
    out[..., :2] = np.minimum(unit[..., :2], np.float32(1) - np.finfo(np.float32).epsneg)  # float32 would round up to 1
    radius = np.sqrt(-2 * np.log1p(-unit[..., 2]))
    angle = 2 * np.pi * unit[..., 3]
    out[..., 2], out[..., 3] = radius * np.cos(angle), radius * np.sin(angle)
    return out


def held(numbers: Array, steps: int) -> Array:
    """Random numbers [k, n, 4] or [k, 4] by which a drawing does not end in the first `steps` of them.

    The sign of the pen's uniform says so, and all numbers stay what they are, so that a drawing which would not have
    ended there is the same.
    """
    if steps <= 0:
        return numbers
    found = numbers.copy()
    found[:steps, ..., 1] = -np.maximum(found[:steps, ..., 1], np.finfo(np.float32).tiny)
    return found
