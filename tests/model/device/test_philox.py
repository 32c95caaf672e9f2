"""Random numbers made on a device, against those that numpy makes."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.density.noise import noise
from model.device.philox import noise_of, philox, signed

SEEDS = st.integers(0, 2**64 - 1)
STEPS = st.integers(0, 2**40)


@settings(deadline=None, max_examples=30)
@given(st.lists(SEEDS, min_size=1, max_size=5), STEPS, st.integers(1, 4))
def test_the_whole_numbers_are_those_of_numpy(seeds: list[int], first: int, steps: int) -> None:
    """Bit for bit, whatever the seeds and the step."""
    keys = torch.tensor([signed(seed) for seed in seeds])
    made = torch.stack(philox(keys, torch.arange(first, first + steps).unsqueeze(1)), -1).numpy().view(np.uint64)
    for i, seed in enumerate(seeds):
        wanted = np.random.Philox(key=seed, counter=first).random_raw(4 * steps).reshape(steps, 4)
        assert np.array_equal(made[:, i], wanted)


@settings(deadline=None, max_examples=30)
@given(st.lists(SEEDS, min_size=1, max_size=5), STEPS, st.integers(1, 20))
def test_the_numbers_of_a_drawing_are_those_of_the_cpu(seeds: list[int], first: int, steps: int) -> None:
    """Uniforms bit for bit; normals as closely as two logarithms agree."""
    keys = torch.tensor([signed(seed) for seed in seeds])
    made = noise_of(philox(keys, torch.arange(first, first + steps).unsqueeze(1))).numpy()
    wanted = noise(seeds, first, steps)
    assert np.array_equal(made[..., :2], wanted[..., :2])
    np.testing.assert_allclose(made[..., 2:], wanted[..., 2:], rtol=1e-6, atol=1e-30)
