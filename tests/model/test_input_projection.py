"""What a row adds to the sums of a layer."""

import torch
from torch import Tensor

from model import frame
from model.input_projection import InputProjection

RNG = torch.Generator().manual_seed(0)
MEAN, STD = torch.tensor([1.5, -0.5]), torch.tensor([40.0, 35.0])
BIAS = torch.randn(33, 48, generator=RNG)  # of each drawing


def projection(factor: float = 1.0) -> InputProjection:
    made = InputProjection(torch.randn(48, 5, generator=torch.Generator().manual_seed(1)))
    made.prepare(MEAN, STD, torch.full((48,), factor))
    return made


def rows_of(n: int) -> torch.Tensor:
    rows = torch.zeros(n, 5)
    rows[:, :2] = 60 * torch.randn(n, 2, generator=RNG)
    rows[torch.arange(n), 2 + torch.arange(n) % 2] = 1
    return rows


def sums(made: InputProjection, rows: Tensor, bias: Tensor) -> Tensor:
    out: Tensor = made(rows[:, :1], rows[:, 1:2], rows[:, 3:4], made.constant(bias), torch.empty(len(rows), 48))
    return out


def test_pixels_are_standardised() -> None:
    """The weight times the row as networks read it, plus the drawing's own bias."""
    made, rows = projection(), rows_of(9)
    want = frame.inputs(rows, MEAN, STD) @ made.weight.t() + BIAS[:9]
    torch.testing.assert_close(sums(made, rows, BIAS[:9]), want, atol=1e-5, rtol=1e-5)


def test_sums_come_times_a_factor() -> None:
    """`prepare` says what they are multiplied by; a bias comes multiplied already."""
    rows = rows_of(9)
    torch.testing.assert_close(sums(projection(2), rows, 2 * BIAS[:9]), 2 * sums(projection(), rows, BIAS[:9]))


def test_an_end_row_is_read_as_pen_down() -> None:
    """Where nothing that follows counts; `end` is what it adds where something does."""
    made, ended, down = projection(), torch.tensor([[0.0, 0, 0, 0, 1]]), torch.tensor([[0.0, 0, 1, 0, 0]])
    assert torch.equal(sums(made, ended, BIAS[:1]), sums(made, down, BIAS[:1]))
    want = frame.inputs(ended, MEAN, STD) @ made.weight.t() + BIAS[:1]
    torch.testing.assert_close(sums(made, ended, BIAS[:1]) + made.end, want, atol=1e-5, rtol=1e-5)


def test_a_row_does_not_depend_on_its_company() -> None:
    """Alone or among others, the same bits."""
    made, rows = projection(), rows_of(33)
    together = sums(made, rows, BIAS)
    for i in (0, 1, 16, 32):
        assert torch.equal(sums(made, rows[i : i + 1], BIAS[i : i + 1]), together[i : i + 1])


def test_one_row_of_constants_stands_for_all() -> None:
    """Where all are alike, in every number, and steps are many; the sums are the same bits."""
    made, rows = projection(), rows_of(33)
    alike = BIAS[:1].repeat(33, 1)
    [common] = made.common(alike, made.many)
    assert torch.equal(common, BIAS[0])
    assert torch.equal(sums(made, rows, BIAS[:1]), sums(made, rows, alike))
    assert made.common(alike, made.many - 1) is alike
    alike[32, 47] += 1
    assert made.common(alike, made.many) is alike
    assert made.common(alike[:0], made.many).shape == (0, 48)
