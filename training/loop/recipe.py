"""How a network of one category is trained."""

from dataclasses import dataclass
from typing import Literal

LEAST = 0.01  # of the full learning rate that is left at the end


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. Learning rate rises for `warmup` steps and then falls in a straight line to almost nothing."""

    epochs: float = 10.0
    batch: int = 64  # drawings a step: below ~64 the CPU's matrix products lose speed, above it steps are lost
    lr: float = 2e-3
    warmup: int = 100
    clip: float = 1.0
    dropout: float = 0.0  # of the LSTM's outputs
    scale: float = 0.0  # random scale per axis, +- this part
    patience: int = 0  # validations without a new best before stopping; 0 never stops early
    validations: int = 10  # in the whole run
    keep: Literal["best", "last"] = "best"  # validation; `last` where it has too few drawings to choose by
    seed: int = 0
    bfloat16: bool = True  # half precision: on CUDA it is float16 (`training.loop.precision`)
    save_seconds: float = 60.0

    def rate(self, step: int, steps: int) -> float:
        """The learning rate's factor at a step of so many."""
        warm = min(1.0, (step + 1) / self.warmup) if self.warmup else 1.0
        return warm * max(LEAST, 1 - step / steps)

    def steps(self, drawings: int) -> int:
        """Of a run that learns from so many drawings."""
        return max(1, round(self.steps_per_epoch(drawings) * self.epochs))

    def steps_per_epoch(self, drawings: int) -> int:
        """Of one pass over so many drawings."""
        return -(-drawings // self.batch)
