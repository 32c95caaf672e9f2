"""A stream that is being captured, without a GPU: operations that CUDA would refuse there raise `NotCapturable`.

Two modes of torch watch what is called: one what Python asks of a tensor, which may ask the host where on CUDA it would
ask the device, and one the operations that come of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from tests.capture import wait_in

BETWEEN = ("cpu", "cuda", "numpy", "__array__", "tolist", "item", "tensor", "as_tensor", "from_numpy", "pin_memory")
HOST = ("scalar_tensor",)  # a number of the host: no wait, but a graph would have it as it was


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
        if (wait := wait_in(func, args, HOST)) is not None:
            raise NotCapturable(wait)
        return func(*args, **(kwargs or {}))


@contextmanager
def capturing() -> Iterator[None]:
    """As `torch.cuda.graph`: refuses what could not be captured."""
    with torch.no_grad(), _Asked(), _Done():  # type: ignore[no-untyped-call] # torch's own
        yield
