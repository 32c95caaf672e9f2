"""The kernel of random numbers, which torch compiles on CUDA, and a compiler for the CPU here, if there is one."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from model.device.fused import SOURCE, numbers_on
from model.device.philox import philox, signed

SEEDS = [0, 1, 7, 2**53 - 1, 2**63, 2**64 - 1]
SHIM = """
#define __umul64hi(a, b) ((unsigned long long)(((unsigned __int128)(a) * (b)) >> 64))
%s
extern "C" void numbers(long long seed, long long step, long long* out) {
  philox<long long>(seed, step, out[0], out[1], out[2], out[3]);
}
"""


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler")
def test_the_kernel_makes_the_numbers_of_numpy(tmp_path: Path) -> None:
    """Bit for bit, of any seed and step."""
    (tmp_path / "philox.cpp").write_text(SHIM % SOURCE)
    subprocess.run(["g++", "-shared", "-fPIC", "-o", tmp_path / "philox.so", tmp_path / "philox.cpp"], check=True)
    library = ctypes.CDLL(str(tmp_path / "philox.so"))
    for seed in SEEDS:
        for step in (0, 5, 2**40):
            out = (ctypes.c_longlong * 4)()
            library.numbers(ctypes.c_longlong(signed(seed)), ctypes.c_longlong(step), out)
            made = np.array(list(out), np.int64).view(np.uint64)
            assert np.array_equal(made, np.random.Philox(key=seed, counter=step).random_raw(4))


def test_a_cpu_has_no_kernel() -> None:
    """There the operations of torch make them."""
    assert numbers_on(torch.device("cpu")) is philox


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_torch_compiles_the_kernel() -> None:
    """On CUDA it is what makes the numbers, for many seeds and steps at once."""
    device = torch.device("cuda")
    fused = numbers_on(device)
    assert fused is not philox
    seeds, steps = torch.tensor([signed(seed) for seed in SEEDS]), torch.arange(20).unsqueeze(1)
    for ours, theirs in zip(fused(seeds.cuda(), steps.cuda()), philox(seeds, steps), strict=True):
        assert torch.equal(ours.cpu(), theirs)
