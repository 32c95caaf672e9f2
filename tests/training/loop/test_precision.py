import math

import pytest
import torch
from torch import nn

from training.loop.precision import LossScale, allow_tf32, mixed_precision, settle


def parameters(*gradients: list[float]) -> list[nn.Parameter]:
    found = [nn.Parameter(torch.zeros(len(gradient))) for gradient in gradients]
    for parameter, gradient in zip(found, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    return [*found, nn.Parameter(torch.zeros(3))]  # the last one took no part


@pytest.mark.parametrize("scale", [1.0, 1024.0])
@pytest.mark.parametrize("most", [0.5, 100.0])
def test_scaled_gradients_come_back_clipped(scale: float, most: float) -> None:
    """As torch clips those of the loss itself, whatever it was multiplied by."""
    plain, scaled = parameters([3.0, 0.0], [4.0]), parameters([3.0 * scale, 0.0], [4.0 * scale])
    expected = nn.utils.clip_grad_norm_(plain, most)
    norm, bad = settle(scaled, scale, most)
    assert float(norm) == pytest.approx(float(expected)) == 5
    assert not bad
    for got, want in zip(scaled, plain, strict=True):
        assert (got.grad is None) == (want.grad is None)
        if got.grad is not None:
            torch.testing.assert_close(got.grad, want.grad)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_no_number_teaches_nothing(value: float) -> None:
    """All become 0, those that were numbers, too, and it is said."""
    spoilt = parameters([3.0, value], [4.0])
    _, bad = settle(spoilt, 1024.0, 1.0)
    assert bad
    assert all(parameter.grad is None or not parameter.grad.any() for parameter in spoilt)


def test_what_would_vanish_in_float16_is_kept_by_the_scale() -> None:
    """A gradient of 1e-8 is 0 in float16; a thousand times as large it is not, and comes back as it was."""
    for scale, expected in ((1.0, 0.0), (1024.0, 1e-8)):
        (small,) = parameters([0.0])[:1]
        small.grad = torch.tensor([1e-8 * scale]).half().float()
        settle([small], scale, 1.0)
        torch.testing.assert_close(small.grad, torch.tensor([expected]), rtol=0.01, atol=1e-12)


def test_a_scale_that_was_too_large_is_halved_and_grows_again() -> None:
    """Until the gradient is a number; then it comes back slowly, never above where it began, never below 1."""
    scale = LossScale(1024.0, torch.device("cpu"))
    spoilt, fine = parameters([math.inf], [4.0]), parameters([3.0], [4.0])
    for expected in (512.0, 256.0):
        assert scale.settle(spoilt, 1.0)[1]
        assert float(scale.value) == expected
        spoilt = parameters([math.inf], [4.0])
    assert not scale.settle(fine, 1.0)[1]
    assert 256 < float(scale.value) < 260
    for _ in range(800):
        scale.settle(fine, 1.0)
    assert float(scale.value) == 1024
    for _ in range(20):
        scale.settle(parameters([math.nan]), 1.0)
    assert float(scale.value) == 1


def test_only_float16_needs_a_scale() -> None:
    """bfloat16 has float32's range."""
    assert float(LossScale.on(torch.device("cpu"), half=True).value) == 1


def test_which_type_where() -> None:
    """bfloat16 on a CPU, float16 on CUDA, and neither when it is not wanted."""
    layer, rows = nn.Linear(4, 4), torch.ones(2, 4)
    with mixed_precision(torch.device("cpu")):
        assert layer(rows).dtype == torch.bfloat16
    with mixed_precision(torch.device("cpu"), enabled=False):
        assert layer(rows).dtype == torch.float32
    assert mixed_precision(torch.device("cuda"), enabled=False).fast_dtype == torch.float16


def test_tf32_is_a_switch() -> None:
    """For products and for cuDNN alike."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    for wanted in (True, False):
        allow_tf32(enabled=wanted)
        assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == (wanted, wanted)
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
