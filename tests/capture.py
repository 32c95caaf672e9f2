"""Which operations a step calls, so that a machine without a GPU can tell whether the step would wait for one."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

WAITING = (  # operations whose result the host needs, or that bring something from it
    "_local_scalar_dense",
    "nonzero",
    "masked_select",
    "unique",
    "_unique2",
    "repeat_interleave.Tensor",
    "lift_fresh",
    "is_nonzero",
    "equal",
)


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Takes down the operations that are called while it is entered. A step without `waits` can be captured in a graph.

    Copies between devices it cannot see on one: torch's device `meta` refuses those.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.called: set[str] = set()

    @property
    def waits(self) -> set[str]:
        """Those for which the host would wait."""
        return {name for name in self.called if name.startswith(WAITING)}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        name = str(func).removeprefix("aten.")
        picked = args[1] if name.startswith("index") and isinstance(args[1], list | tuple) else ()
        by_mask = any(isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8) for index in picked)
        self.called.add("nonzero, of a mask" if by_mask else name)
        return func(*args, **(kwargs or {}))
