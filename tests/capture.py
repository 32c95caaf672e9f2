"""Which operations a step calls, so that a machine without a GPU can tell whether the step would wait for one."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

WAITS = (  # operations whose result the host needs, or that bring something from it
    "_local_scalar_dense", "is_nonzero", "nonzero", "masked_select", "equal", "unique", "_unique",
    "lift_fresh", "repeat_interleave", "bincount", "histc", "tensordot", "combinations",
)  # fmt: skip
MASKS = (torch.bool, torch.uint8)


def wait_in(func: object, args: Sequence[object], more: tuple[str, ...] = ()) -> str | None:
    """Why the host would wait for an operation of torch, if it would. `more`: beginnings of names beside `WAITS`."""
    name = str(func).split(".", 1)[1]  # without its library
    if name.startswith((*WAITS, *more)):
        return f"{name} waits for the device"
    if name.startswith("index") and any(tensor.dtype in MASKS for tensor in _tensors(args[1:])):
        return f"{name} by a mask waits for the number of its elements"
    return None


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors(each)


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Takes down the operations that are called while it is entered. A step without `waits` can be captured in a graph.

    Copies between devices it cannot see on one: torch's device `meta` refuses those.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.called: set[str] = set()
        self.count = 0  # of calls
        self.waits: set[str] = set()  # those for which the host would wait, and why

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here, and torch's compiler takes seconds to import."""
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        self.count += 1
        self.called.add(str(func).removeprefix("aten."))
        if (wait := wait_in(func, args)) is not None:
            self.waits.add(wait)
        return func(*args, **(kwargs or {}))
