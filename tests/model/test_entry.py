"""What a row adds to the sums of the lowest layer."""

import torch

from model import frame
from model.entry import Entry

RNG = torch.Generator().manual_seed(0)
MEAN, STD = torch.tensor([1.5, -0.5]), torch.tensor([40.0, 35.0])


def entry() -> Entry:
    return Entry(torch.randn(48, 5, generator=RNG), torch.randn(48, generator=RNG), MEAN, STD)


def rows_of(n: int) -> torch.Tensor:
    rows = torch.zeros(n, 5)
    rows[:, :2] = 60 * torch.randn(n, 2, generator=RNG)
    rows[torch.arange(n), 2 + torch.arange(n) % 2] = 1
    return rows


def sums(made: Entry, rows: torch.Tensor) -> torch.Tensor:
    result: torch.Tensor = made(rows[:, :1], rows[:, 1:2], rows[:, 3:4], torch.empty(len(rows), 48))
    return result


def test_pixels_are_standardised() -> None:
    """w_input times the row as networks read it, plus the bias."""
    made, rows = entry(), rows_of(9)
    want = frame.inputs(rows, MEAN, STD) @ made.w_input.t() + made.bias
    torch.testing.assert_close(sums(made, rows), want, atol=1e-5, rtol=1e-5)


def test_an_end_row_is_read_as_pen_down() -> None:
    """Nothing that follows it counts."""
    made, ended, down = entry(), torch.tensor([[0.0, 0, 0, 0, 1]]), torch.tensor([[0.0, 0, 1, 0, 0]])
    assert torch.equal(sums(made, ended), sums(made, down))


def test_a_row_does_not_depend_on_its_company() -> None:
    """Alone or among others, the same bits."""
    made, rows = entry(), rows_of(33)
    together = sums(made, rows)
    for i in (0, 1, 16, 32):
        assert torch.equal(sums(made, rows[i : i + 1]), together[i : i + 1])
