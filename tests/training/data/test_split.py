import numpy as np

from tests.training import shapes
from training.data.split import digest, split_of


def test_shares_are_80_10_10() -> None:
    """Over many drawings each split gets its share, within what chance allows."""
    found = [split_of(drawing) for drawing in shapes.drawings("zigzag", 3000)]
    shares = np.array([found.count("train"), found.count("valid"), found.count("test")]) / len(found)
    assert np.abs(shares - [0.8, 0.1, 0.1]).max() < 0.025


def test_a_drawing_has_one_split_wherever_it_stands() -> None:
    """The split depends on the drawing alone: not on its type, on noise below a hundredth of a pixel, or on -0."""
    drawing = shapes.drawings("square", 1)[0]
    other = drawing.astype(np.float64) + 1e-4
    other[drawing == 0] = -0.0
    assert digest(other.astype(np.float32)) == digest(drawing)


def test_the_hash_never_changes() -> None:
    """A pinned value: were the split to change, drawings held out of committed checkpoints would leak into new ones."""
    assert digest(np.array([[10, 0, 0, 1, 0], [0, 0, 0, 0, 1]], np.float32)).hex()[:16] == "6c394327bcb3c380"
