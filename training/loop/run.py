"""Where a run of `training.loop.trainer` stands."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.loop.step import Told

Numbers = NDArray[np.int64]


@dataclass
class Run:
    """Where a run stands; everything a resumed run needs beside the weights and the optimiser."""

    step: int = 0
    points: int = 0
    seconds: float = 0.0
    best: float = math.inf
    best_step: int = 0
    stale: int = 0
    skipped: int = 0  # steps whose scaled gradient was no finite number
    history: list[dict[str, float]] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)  # the last losses that did not jump (`training.loop.watch`)


@dataclass(frozen=True, slots=True)
class Made:
    """A step that nobody has looked at yet."""

    step: int
    which: Numbers
    points: int
    told: Told
