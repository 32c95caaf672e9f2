"""The kernels of `steps.cu` on a CPU: the same source, compiled as C++.

Threads that share nothing run one after the other. The lanes of a warp, where it has several, are threads of their own.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Iterable, Sequence
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
extern "C" void run_%s_%d(int blocks, int lanes, int wide, void** given) { run(%s, blocks, lanes, wide, given); }
"""
Options = tuple[str, ...]  # of the compiler: what the source has to know


class Emulated:
    """Kernels in a library of this machine."""

    def __init__(self, decoder: Decoder, lanes: int = 1) -> None:
        options = options_of(decoder, lanes)
        if options not in _COMPILED:
            compile_together([options])
        self._library, self._number = _COMPILED[options]
        self._lanes = lanes
        self.launched: list[str] = []

    def launch(self, name: str, threads: int, arguments: Sequence[Argument]) -> None:
        """Run one, with all threads that a card would give it."""
        self.launched.append(name)
        lanes, wide = (self._lanes, DRAWINGS) if name == "draw" else (1, 1)
        blocks, packed = -(-threads // wide) + 1, Packed(arguments)
        self._library[f"run_{name}_{self._number}"](blocks, lanes, wide, ctypes.c_void_p(packed.address))


_COMPILED: dict[Options, tuple[ctypes.CDLL, int]] = {}  # a library, and which of its kernels


def options_of(decoder: Decoder, lanes: int = 1) -> Options:
    """Which kernels a network needs, where so many threads share a drawing."""
    return tuple(definitions(sizes_of(decoder), lanes))


def compile_together(wanted: Iterable[Options]) -> None:
    """Compile kernels of several kinds as one file: a compiler reads headers for longer than it takes for the rest.

    Skips the test where there is no compiler.
    """
    if shutil.which("g++") is None:
        pytest.skip("no C++ compiler")
    kinds = list(dict.fromkeys(wanted))
    with TemporaryDirectory() as folder:
        source, made = Path(folder) / "steps.cpp", Path(folder) / "steps.so"
        source.write_text(SHIM + RUN + "".join(_of_one_kind(number, options) for number, options in enumerate(kinds)))
        flags = ["-std=c++20", "-pthread", "-O1", "-ffp-contract=off", "-march=native", "-shared", "-fPIC"]
        command = ["g++", *flags, "-o", str(made), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        library = ctypes.CDLL(str(made))
    _COMPILED.update({options: (library, number) for number, options in enumerate(kinds)})


def _of_one_kind(number: int, options: Options) -> str:
    """The source for these options, in a namespace: functions of C could not have the same name twice."""
    told = [option.removeprefix("-D").split("=", 1) for option in options]
    defined = "".join(f"#define {name} {value}\n" for name, value in told)
    runs = "".join(RUN_ONE % (name, number, name) for name in NAMES)
    source = SOURCE.read_text().replace('extern "C" ', "")
    return f"{defined}namespace kind_{number} {{\n{source}{runs}}}\n" + "".join(f"#undef {name}\n" for name, _ in told)
