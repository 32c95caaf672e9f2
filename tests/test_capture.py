from typing import Any

import pytest
import torch

from tests.capture import Operations


@pytest.mark.parametrize(
    "wait", [lambda x: x.item(), lambda x: bool(x > 0), lambda x: x.view(1)[x.view(1) > 0], lambda _: torch.tensor(1.0)]
)
def test_a_wait_would_be_seen(wait: Any) -> None:
    """Reading a number, branching on one, picking by a mask, a number from the host."""
    value = torch.ones(())
    with Operations() as operations:
        wait(value)
    assert operations.waits


def test_work_on_the_device_is_no_wait() -> None:
    """Choosing by a mask without a new shape, gathering by numbers, clamping, adding up."""
    value = torch.ones(4)
    with Operations() as operations:
        torch.where(value > 0, value, -value).clamp(max=1.0)[torch.zeros(2, dtype=torch.long)].sum()
    assert operations.called
    assert not operations.waits
