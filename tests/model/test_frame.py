"""Pixels to the network's units."""

import torch

from model import frame


def test_offsets_are_standardised_per_axis() -> None:
    """(d - mean) / std, each axis by its own; pens pass as they are."""
    rows = torch.tensor([[[12.0, -3.0, 0, 1, 0], [2.0, 1.0, 0, 0, 1]]])
    mean, std = torch.tensor([2.0, 1.0]), torch.tensor([5.0, 4.0])
    want = torch.tensor([[[2.0, -1.0, 0, 1, 0], [0.0, 0.0, 0, 0, 1]]])
    assert torch.equal(frame.inputs(rows, mean, std), want)
    assert torch.equal(frame.standardise(rows[..., :2], mean, std), want[..., :2])
