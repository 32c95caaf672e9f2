"""The kernels of `steps.cu` on a CPU: the same source, compiled as C++.

Threads that share nothing run one after the other. The lanes of a warp, where it has several, are threads of their own.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from model.decoder import Decoder
from model.device.compiled import DRAWINGS, NAMES, SOURCE, Argument, Packed, definitions, sizes_of

SHIM = """
#include <barrier>
#include <cmath>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>
using namespace std;
#define __device__
#define __global__
#define __shared__ static
#define __syncwarp() warp->arrive_and_wait()
#define __umul64hi(a, b) ((unsigned long long)(((unsigned __int128)(a) * (b)) >> 64))
struct Place { int x, y; };
static thread_local Place threadIdx, blockIdx, blockDim;
static thread_local barrier<>* warp;
static unsigned short half_of(float number) {
  _Float16 half = number;
  unsigned short bits;
  memcpy(&bits, &half, 2);
  return bits;
}
"""
RUN = """
template <class... A, size_t... I>
void all(void (*kernel)(A...), int blocks, int lanes, int wide, void** given, index_sequence<I...>) {
  auto thread_of = [&](int block, int drawing, int lane, barrier<>* its) {
    blockDim = {lanes, wide}, blockIdx = {block, 0}, threadIdx = {lane, drawing}, warp = its;
    kernel(*(A*)given[I]...);
    its->arrive_and_drop();
  };
  for (int block = 0; block < blocks; ++block)
    for (int drawing = 0; drawing < wide; ++drawing) {
      barrier<> together(lanes);
      vector<thread> others;
      for (int lane = 1; lane < lanes; ++lane) others.emplace_back(thread_of, block, drawing, lane, &together);
      thread_of(block, drawing, 0, &together);
      for (auto& other : others) other.join();
    }
}
template <class... A> void run(void (*kernel)(A...), int blocks, int lanes, int wide, void** given) {
  all(kernel, blocks, lanes, wide, given, index_sequence_for<A...>());
}
"""
RUN_ONE = """
extern "C" void run_%s(int blocks, int lanes, int wide, void** given) { run(%s, blocks, lanes, wide, given); }
"""


class Emulated:
    """Kernels in a library of this machine."""

    def __init__(self, decoder: Decoder, lanes: int = 1) -> None:
        if shutil.which("g++") is None:
            pytest.skip("no C++ compiler")
        self._library = _library(tuple(definitions(sizes_of(decoder), lanes)))
        self._lanes = lanes
        self.launched: list[str] = []

    def launch(self, name: str, threads: int, arguments: Sequence[Argument]) -> None:
        """Run one, with all threads that a card would give it."""
        self.launched.append(name)
        lanes, wide = (self._lanes, DRAWINGS) if name == "draw" else (1, 1)
        blocks, packed = -(-threads // wide) + 1, Packed(arguments)
        self._library[f"run_{name}"](blocks, lanes, wide, ctypes.c_void_p(packed.address))


@cache
def _library(options: tuple[str, ...]) -> ctypes.CDLL:
    runs = "".join(RUN_ONE % (name, name) for name in NAMES)
    with TemporaryDirectory() as folder:
        source, made = Path(folder) / "steps.cpp", Path(folder) / "steps.so"
        source.write_text(SHIM + SOURCE.read_text() + RUN + runs)
        command = [
            "g++",
            "-std=c++20",
            "-pthread",
            "-O1",
            "-ffp-contract=off",
            "-march=native",
            "-shared",
            "-fPIC",
            *options,
            "-o",
            str(made),
            str(source),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return ctypes.CDLL(str(made))
