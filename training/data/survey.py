"""What is in a file of drawings: counts, lengths and the distribution of offsets, gathered in one pass.

Memory does not grow with the file but for about 100 bytes a drawing and the few that are kept for a sheet.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.strokes import LIFT, Array, to_polylines
from training.data.sketch import Sketch
from training.data.split import digest, split_of

WIDEST = 512  # pixels: offsets beyond it, which a drawing in the box has not, are counted as this
QUANTILES = (0.0, 0.05, 0.5, 0.95, 1.0)
MOVES = (0, 1, 2, 5, 10, 20, 50, 100, 200, np.inf)  # pixels: edges of the classes of moves


def _axis_counts() -> NDArray[np.int64]:
    return np.zeros((2, 2 * WIDEST + 1), np.int64)


def _move_counts() -> NDArray[np.int64]:
    return np.zeros((2, len(MOVES) - 1), np.int64)


@dataclass
class Survey:
    """A count of drawings and their parts, and `kept`, some of them picked at random with equal chances."""

    keep: int = 0
    seed: int = 0
    words: Counter[str] = field(default_factory=Counter)
    recognized: Counter[bool | None] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    twins: int = 0  # drawings that were there before
    points: "array[int]" = field(default_factory=lambda: array("I"))  # of each drawing, the first one included
    strokes: "array[int]" = field(default_factory=lambda: array("I"))
    sides: "array[float]" = field(default_factory=lambda: array("f"))  # the longer side, pixels
    offsets: NDArray[np.int64] = field(default_factory=_axis_counts)  # of dx and dy, by whole pixels from -WIDEST on
    moves: NDArray[np.int64] = field(default_factory=_move_counts)  # lines and jumps, by MOVES
    sums: NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, 2)))  # of dx and dy, and of their squares
    kept: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen: set[bytes] = set()
        self._rng = np.random.default_rng(self.seed)

    def __len__(self) -> int:
        return len(self.points)

    def add(self, sketch: Sketch) -> None:
        """Count one drawing."""
        rows = sketch.stroke5[:-1]
        lines = to_polylines(sketch.stroke5)
        self.words[sketch.word] += 1
        self.recognized[sketch.recognized] += 1
        self.splits[split_of(sketch.stroke5)] += 1
        self._count_twin(sketch.stroke5)
        self._keep(sketch.stroke5)
        self.points.append(len(rows) + 1)
        self.strokes.append(len(lines))
        self.sides.append(float(np.ptp(np.concatenate(lines), axis=0).max()))
        self._count_moves(rows)

    def _count_moves(self, rows: Array) -> None:
        offsets = rows[:, :2].astype(np.float64)
        self.sums += [offsets.sum(axis=0), (offsets**2).sum(axis=0)]
        whole = np.clip(np.round(offsets), -WIDEST, WIDEST).astype(np.int64) + WIDEST
        self.offsets += [np.bincount(places, minlength=2 * WIDEST + 1) for places in whole.T]
        jump = np.concatenate([[0], rows[:-1, 2 + LIFT]]).astype(np.int64)  # the pen was up on the way
        classes = np.searchsorted(MOVES, np.hypot(*offsets.T), side="right") - 1
        self.moves += np.bincount(jump * (len(MOVES) - 1) + classes, minlength=self.moves.size).reshape(
            self.moves.shape
        )

    def _count_twin(self, drawing: Array) -> None:
        known = digest(drawing)[:8]  # of a billion drawings, one pair would have the same by chance
        self.twins += known in self._seen
        self._seen.add(known)

    def longer_than(self, most: int) -> int:
        """How many drawings have more rows, end row included."""
        return int((np.asarray(self.points) > most).sum())

    def _keep(self, drawing: Array) -> None:
        """Reservoir sampling (Vitter, 1985, algorithm R): each drawing so far has the same chance to be kept."""
        place = len(self) if len(self) < self.keep else int(self._rng.integers(len(self) + 1))
        if place < self.keep:
            self.kept[place : place + 1] = [drawing]

    def moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(mean [2], standard deviation [2]) of dx and dy."""
        count = max(int(self.moves.sum()), 1)
        mean, square = self.sums / count
        return mean, np.sqrt(np.maximum(square - mean**2, 0))

    def offset_quantiles(self, wanted: Sequence[float] = QUANTILES) -> NDArray[np.int64]:
        """Quantiles [2, len(wanted)] of dx and dy, to the pixel."""
        reached = self.offsets.cumsum(axis=1)
        ranks = np.maximum(np.ceil(np.multiply(wanted, reached[0, -1])), 1)
        return np.stack([np.searchsorted(axis, ranks) for axis in reached]) - WIDEST


def quantiles(values: Sequence[float], wanted: Sequence[float] = QUANTILES) -> list[float]:
    """Quantiles of some values, each one of them."""
    return [float(value) for value in np.quantile(values, wanted, method="nearest")]
