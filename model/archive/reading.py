"""What a TorchScript archive holds, read without its code: the weights, and the names of the methods.

An archive is a ZIP file. `data.pkl` in it is a pickle of the modules, one within another, with the attributes of each;
the numbers of their tensors are files under `data/`, and classes are TorchScript's text under `code/`. PyTorch compiles
all methods to load one, which takes 40 ms, and runs those that restore it. Here nothing is compiled or run.
"""

import ast
import io
import pickle
import re
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from model.errors import CheckpointCorrupt, first_line

STORAGES = {
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "DoubleStorage": torch.float64,
    "BFloat16Storage": torch.bfloat16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "ShortStorage": torch.int16,
    "IntStorage": torch.int32,
    "LongStorage": torch.int64,
    "BoolStorage": torch.bool,
}


@dataclass(frozen=True, slots=True)
class Archived:
    """Of an archive: buffers by their names, as `named_buffers` has them, and methods of the outermost class."""

    weights: dict[str, Tensor]
    methods: frozenset[str]


def archived(content: bytes, name: str) -> Archived:
    """What an archive holds. Raises CheckpointCorrupt, which calls it `name`, for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            modules = _Modules(file)
            outermost = modules.load()
            return Archived(dict(modules.buffers(outermost)), modules.source(outermost).methods)
    except Exception as error:  # whatever else a file holds fails anywhere in ZIP, pickle or PyTorch
        raise CheckpointCorrupt(f"{name} is not a TorchScript archive: {first_line(error)}") from error


class _Module:
    """A module, or another object of a class of TorchScript's, with its attributes."""

    path = ""  # of its class, as `__torch__.model.decoder.Decoder`


@dataclass(frozen=True, slots=True)
class _Source:
    """What the text of a class says."""

    buffers: tuple[str, ...]
    methods: frozenset[str]


class _Modules(pickle.Unpickler):
    """The modules of an archive. Its pickle makes tensors and objects of TorchScript's classes, none of Python's."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        [self._root] = {entry.partition("/")[0] for entry in file.namelist()}
        if f"{self._root}/byteorder" in file.namelist() and self._read("byteorder") != b"little":
            raise ValueError("its numbers begin with their highest byte")
        super().__init__(io.BytesIO(self._read("data.pkl")))

    def buffers(self, module: _Module, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Those of a module and of the modules within it, by their names."""
        for name in self.source(module).buffers:
            tensor = vars(module)[name]
            if not isinstance(tensor, Tensor):
                raise TypeError(f"{prefix}{name} is no tensor, but {tensor!r}")
            yield prefix + name, tensor
        for name, part in vars(module).items():
            if isinstance(part, _Module):
                yield from self.buffers(part, f"{prefix}{name}.")

    def source(self, module: _Module) -> _Source:
        """What the text of a module's class says; an object that is no module has neither buffers nor methods."""
        path, _, name = type(module).path.rpartition(".")
        text = self._read(f"code/{path.replace('.', '/')}.py").decode()
        _, _, after = f"\n{text}".partition(f"\nclass {name}(Module):\n")
        own = re.split(r"^class ", after, maxsplit=1, flags=re.MULTILINE)[0]
        buffers = re.search(r"^  __buffers__ = (\[.*\])$", own, re.MULTILINE)
        methods = re.findall(r"^  def (\w+)\(", own, re.MULTILINE)
        return _Source(tuple(ast.literal_eval(buffers[1])) if buffers else (), frozenset(methods))

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as pickle has it
        if module.startswith("__torch__."):
            return type(name, (_Module,), {"path": f"{module}.{name}"})
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch.jit._pickle":  # a list with the type of what is in it, or anything with its type
            return _untyped
        raise pickle.UnpicklingError(f"it wants {module}.{name}")

    def persistent_load(self, pid: tuple[str, torch.dtype, str, str, int]) -> Tensor:
        """The numbers of a tensor, or of several; a file of another length than their number is refused."""
        _, dtype, key, _, numbers = pid
        flat = torch.empty(numbers, dtype=dtype)
        room = flat.view(torch.uint8).numpy().data
        with cast("zipfile.ZipExtFile", self._file.open(f"{self._root}/data/{key}")) as file:
            if file.readinto(room) < len(room) or file.read(1):
                raise ValueError(f"data/{key} does not have {numbers} numbers")
        return flat

    def _read(self, entry: str) -> bytes:
        return self._file.read(f"{self._root}/{entry}")


def _tensor(flat: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object) -> Tensor:
    """What `torch._utils._rebuild_tensor_v2` makes."""
    return flat.as_strided(size, stride, offset)


def _untyped(value: object, *_: object) -> object:
    return value
