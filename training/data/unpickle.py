"""Arrays of arrays out of a pickle, without running what a pickle may ask to run.

numpy stores an array of objects as a pickle, which is a program that may call anything. Here it finds a few names, each
standing for an object of ours that takes what numpy would be given, checks it, and does no more. Every other name is an
error before anything has happened. The objects have no attributes, so that the program cannot change them either.
"""

import pickle
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = frozenset(f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)) | {"f2", "f4", "f8"}


def load_arrays(file: IO[bytes]) -> list[NDArray[Any]]:
    """The arrays of numbers in a pickled array of objects, in order.

    Raises pickle.UnpicklingError for anything else, a hostile pickle included.
    """
    try:
        outer = _Unpickler(file, encoding="latin1").load()
    except pickle.UnpicklingError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, EOFError, MemoryError) as error:
        raise pickle.UnpicklingError(f"not a pickle of arrays: {error}") from error
    if not isinstance(outer, _Array) or outer.items is None:
        raise pickle.UnpicklingError("not a pickle of an array of objects")
    arrays = [item.numbers for item in outer.items if isinstance(item, _Array) and item.numbers is not None]
    if len(arrays) != len(outer.items):
        raise pickle.UnpicklingError("not every item is an array of numbers")
    return arrays


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        try:
            return _NAMES[module, name]
        except KeyError as error:
            raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}, which no array needs") from error


class _Dtype:
    """What the pickle calls a dtype: the kind and size of a number, or "O8" for objects, then their byte order."""

    __slots__ = ("code", "order")

    def __init__(self, code: object) -> None:
        if not isinstance(code, str) or code not in NUMBERS | {"O8"}:
            raise pickle.UnpicklingError(f"the pickle holds arrays of {code!r}, not of numbers")
        self.code, self.order = code, "|"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] not in ("<", ">", "=", "|"):
            raise pickle.UnpicklingError(f"{state[1]!r} is no byte order")
        self.order = state[1]


class _Array:
    """What the pickle calls an array: either numbers or items."""

    __slots__ = ("items", "numbers")

    def __init__(self) -> None:
        self.items: list[Any] | None = None
        self.numbers: NDArray[Any] | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, dtype, is_fortran, content = state
        if not isinstance(dtype, _Dtype):
            raise pickle.UnpicklingError("an array without a dtype")
        if dtype.code == "O8":
            if not isinstance(content, list):
                raise pickle.UnpicklingError("an array of objects without a list of them")
            self.items = content
        else:
            data = content.encode("latin1") if isinstance(content, str) else content  # str: written by Python 2
            flat = np.frombuffer(data, f"{dtype.order}{dtype.code}") if data else np.zeros(0, dtype.code)
            self.numbers = flat.reshape(shape, order="F" if is_fortran else "C")


class _Reconstruct:
    __slots__ = ()

    def __call__(self, *_: object) -> _Array:
        return _Array()


class _MakeDtype:
    __slots__ = ()

    def __call__(self, code: object, *_: object) -> _Dtype:
        return _Dtype(code)


class _Encode:
    __slots__ = ()

    def __call__(self, text: str, encoding: str) -> bytes:
        if encoding != "latin1":
            raise pickle.UnpicklingError(f"the pickle asks for the encoding {encoding!r}")
        return text.encode("latin1")


class _NoBytes:
    """`bytes()`: how protocol 2 writes the content of an array without numbers."""

    __slots__ = ()

    def __call__(self) -> bytes:
        return b""


class _Unused:
    """`ndarray` itself: an argument that nothing looks at."""

    __slots__ = ()


_CORES = [f"numpy.{core}.{part}" for core in ("core", "_core") for part in ("multiarray", "_multiarray_umath")]
_NAMES: dict[tuple[str, str], object] = {
    ("numpy", "ndarray"): _Unused(),
    ("numpy", "dtype"): _MakeDtype(),
    ("_codecs", "encode"): _Encode(),
    ("__builtin__", "bytes"): _NoBytes(),
    **{(core, "_reconstruct"): _Reconstruct() for core in _CORES},
}
