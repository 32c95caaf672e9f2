"""A stream that is being captured, without a GPU: operations that CUDA would refuse there raise `NotCapturable`.

Two modes of torch watch what is called: one what Python asks of a tensor, which may ask the host where on CUDA it would
ask the device, and one the operations that come of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

BETWEEN = ("cpu", "cuda", "numpy", "__array__", "tolist", "item", "tensor", "as_tensor", "from_numpy", "pin_memory")
WAITS = (
    "_local_scalar_dense", "is_nonzero", "nonzero", "masked_select", "equal", "unique", "_unique", "scalar_tensor",
    "lift_fresh", "repeat_interleave", "bincount", "histc", "tensordot", "combinations",
)  # fmt: skip


class NotCapturable(Exception):
    """An operation that waits for the device, or moves numbers between it and the host."""


class _Asked(TorchFunctionMode):
    def __torch_function__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        name = getattr(func, "__name__", "")
        given = [*args, *(kwargs or {}).values()]
        if name in BETWEEN or (name == "to" and any(isinstance(each, str | torch.device) for each in given)):
            raise NotCapturable(f"{name} goes between host and device")
        return func(*args, **(kwargs or {}))


class _Done(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch's own
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here, and torch's compiler takes seconds to import."""
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        name = str(func).split(".")[1]
        if name.startswith(WAITS):
            raise NotCapturable(f"{name} waits for the device")
        if name.startswith("index") and any(tensor.dtype == torch.bool for tensor in _tensors(args[1:])):
            raise NotCapturable(f"{name} by a mask waits for the number of its elements")
        return func(*args, **(kwargs or {}))


@contextmanager
def capturing() -> Iterator[None]:
    """As `torch.cuda.graph`: refuses what could not be captured."""
    with torch.no_grad(), _Asked(), _Done():  # type: ignore[no-untyped-call] # torch's own
        yield


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors(each)
