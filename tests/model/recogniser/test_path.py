import torch

from model.recogniser.lines import lines_of
from model.recogniser.path import PAUSE, SAMPLES, sample
from model.recogniser.raster import rasterise
from model.strokes import from_polylines


def path_of(*strokes: list[tuple[float, float]]) -> tuple[torch.Tensor, float]:
    found = sample(lines_of([torch.from_numpy(from_polylines(list(strokes)))]))
    return found.samples[0], float(found.length)


def test_samples_lie_at_equal_distances() -> None:
    """Along a line of the box's whole width, from its left end to its right."""
    samples, length = path_of([(5, 5), (25, 5), (105, 5)])
    assert length == torch.tensor(2 + PAUSE)
    drawn = samples[samples[:, 4] == 0]
    steps = drawn[1:, 0] - drawn[:-1, 0]
    torch.testing.assert_close(steps, torch.full_like(steps, length / SAMPLES), atol=1e-5, rtol=0)
    assert drawn[0, 0] < -0.99
    assert drawn[-1, 0] > 0.99
    torch.testing.assert_close(drawn[:, 2:4], torch.tensor([[1.0, 0.0]]).expand(len(drawn), 2))


def test_each_stroke_begins_with_a_pause_where_it_begins() -> None:
    """Samples of the pen coming down stand still at the first point of the stroke, and have no direction."""
    samples, length = path_of([(0, 0), (100, 0)], [(50, 40), (50, 100)])
    down = samples[:, 4] == 1
    runs = int(down[0]) + int((down[1:] & ~down[:-1]).sum())
    assert runs == 2
    assert length > 2 * PAUSE
    second = samples[down & (samples[:, 5] > 0.3)]
    torch.testing.assert_close(second[:, :2], torch.tensor([[0.0, -0.2]]).expand(len(second), 2))
    assert not second[:, 2:4].any()


def test_the_way_between_strokes_leaves_no_ink() -> None:
    """A picture of two far strokes is empty in the middle."""
    lines = lines_of([torch.from_numpy(from_polylines([[(0, 0), (0, 100)], [(100, 0), (100, 100)]]))])
    picture = rasterise(sample(lines), 32)[0]
    assert picture[:, :, 8:24].abs().max() == 0
    assert picture[0, 10, 2] > 0.9
    assert picture[0].max() <= 1 + 1e-5


def test_a_dot_leaves_ink() -> None:
    """Otherwise eyes could not be seen."""
    lines = lines_of([torch.from_numpy(from_polylines([[(0, 0)]]))])
    picture = rasterise(sample(lines), 32)[0, 0]
    assert 0.3 < picture.sum() < 3
