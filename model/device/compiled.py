"""The kernels of `steps.cu` for networks of one shape, compiled where they run.

NVRTC compiles, which comes with PyTorch for CUDA, as do NVIDIA's `cuda.bindings`; so no compiler has to be installed.
"""

import ctypes
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from model.decoder import Decoder
from model.density.head import DIGITS
from model.device import slots

SOURCE = Path(__file__).with_name("steps.cu")
NAMES = ("prepare", "read_outputs", "cell", "draw")
COLDEST = 1e-30  # of T = 0: only the likeliest choice keeps a probability
ALIGNED = 8  # whole numbers of float16 that tensor cores read at once
WARP, DRAWINGS = 32, 4  # threads that share a drawing in `draw`, and drawings of a block
THREADS = 256  # of a block elsewhere

Argument = Tensor | int


class Kernels(Protocol):
    """Kernels by name, whatever runs them."""

    def launch(self, name: str, threads: int, arguments: Sequence[Argument]) -> None:
        """Run one in so many threads at least; `draw` in blocks of `DRAWINGS` drawings, of which `threads` counts."""


def sizes_of(decoder: Decoder) -> dict[str, int | float]:
    """What `steps.cu` has to know of a packed network."""
    sampler, width = decoder.sampler, decoder.sampler.groups * 5
    places = {name: getattr(slots, name) for name in ("SEED", "STEP", "STOP", "LEAST", "TEMPERATURE", "DRAWN", "MOST")}
    return places | {
        "ORDERS": slots.COLUMNS,
        "H": decoder.size,
        "GATES": decoder.sums // decoder.size,
        "K": sampler.mixtures,
        "HEAD": width,
        "COLUMNS": columns_of(decoder),
        "FINE": int(decoder.head.linear.finely),
        "READS": decoder.head.linear.steps,
        "COLDEST": sampler.coldest,
        "COLD_INVERSE": 1 / COLDEST,
        "BELOW_ONE": sampler.below_one,
        "RHO_LIMIT": sampler.rho_limit,
        "LOG_SIGMA_MIN": sampler.log_sigma_min,
        "LOG_SIGMA_MAX": sampler.log_sigma_max,
        "DRAWINGS": DRAWINGS,
    }


def columns_of(decoder: Decoder) -> int:
    """Of a row of the products: of the sums and of the head, filled up."""
    columns: int = decoder.sums + DIGITS * decoder.sampler.groups * 5
    return -(-columns // ALIGNED) * ALIGNED


def definitions(sizes: Mapping[str, int | float], lanes: int) -> list[str]:
    """The same as a compiler's options; `lanes` threads share a drawing."""
    told = {name: repr(size) for name, size in sizes.items()}
    return [f"-D{name}={size}" for name, size in {**told, "LANES": str(lanes)}.items()]


class CudaKernels:
    """Kernels on a card, in the current stream, so that graphs can be captured of them."""

    def __init__(self, options: Sequence[str], device: torch.device) -> None:
        """Raises ImportError without NVIDIA's package, and RuntimeError where they cannot be compiled."""
        self._driver = import_module("cuda.bindings.driver")
        self._device = device
        major, minor = torch.cuda.get_device_capability(device)
        made = compiled(tuple(options), f"sm_{major}{minor}")
        with torch.cuda.device(device):
            torch.cuda.current_stream(device).synchronize()  # so there is a context
            self._module = _checked(self._driver.cuModuleLoadData(made))
        self._functions = {
            name: _checked(self._driver.cuModuleGetFunction(self._module, name.encode())) for name in NAMES
        }

    def launch(self, name: str, threads: int, arguments: Sequence[Argument]) -> None:
        """As `Kernels.launch`. Raises RuntimeError where the card refuses it."""
        block = (WARP, DRAWINGS) if name == "draw" else (THREADS, 1)
        blocks = -(-threads // (DRAWINGS if name == "draw" else THREADS))
        packed, stream = Packed(arguments), torch.cuda.current_stream(self._device).cuda_stream
        _checked(
            self._driver.cuLaunchKernel(self._functions[name], blocks, 1, 1, *block, 1, 0, stream, packed.address, 0)
        )


class Packed:
    """Arguments as a kernel's launch takes them: the address of an array of the addresses of each."""

    def __init__(self, arguments: Sequence[Argument]) -> None:
        self._values = [
            ctypes.c_int(each) if isinstance(each, int) else ctypes.c_void_p(each.data_ptr()) for each in arguments
        ]
        self._array = (ctypes.c_void_p * len(self._values))(*map(ctypes.addressof, self._values))

    @property
    def address(self) -> int:
        """Of the array, which lives as long as this."""
        return ctypes.addressof(self._array)


@cache
def compiled(options: tuple[str, ...], architecture: str) -> bytes:
    """The kernels of some sizes for cards of an architecture, `sm_90` for one; no card has to be there.

    Raises ImportError without NVIDIA's package, and RuntimeError with what the compiler says.
    """
    nvrtc = import_module("cuda.bindings.nvrtc")
    told = [option.encode() for option in (f"--gpu-architecture={architecture}", "--fmad=false", *options)]
    program = _checked(nvrtc.nvrtcCreateProgram(SOURCE.read_bytes(), SOURCE.name.encode(), 0, [], []))
    try:
        status = nvrtc.nvrtcCompileProgram(program, len(told), told)[0]
        if int(status) != 0:
            said = b" " * _checked(nvrtc.nvrtcGetProgramLogSize(program))
            _checked(nvrtc.nvrtcGetProgramLog(program, said))
            telling = said.strip(b"\0").decode(errors="replace")
            raise RuntimeError(f"{SOURCE.name} cannot be compiled: {telling}")
        made: bytes = b" " * _checked(nvrtc.nvrtcGetCUBINSize(program))
        _checked(nvrtc.nvrtcGetCUBIN(program, made))
    finally:
        nvrtc.nvrtcDestroyProgram(program)
    return made


def _checked(result: tuple[Any, ...]) -> Any:  # noqa: ANN401 - of whatever kind the call is
    """What a call of NVIDIA's library gives. Raises RuntimeError where that is an error."""
    status, *found = result
    if int(status) != 0:
        raise RuntimeError(f"CUDA: {status.name}")
    return found[0] if found else None
