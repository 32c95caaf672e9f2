"""How classifiers are trained: steps, rates, and what is shown how often."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """How to train. Small pictures first: they cost half of what large ones do and teach most of it."""

    steps: int = 10_000
    batch: int = 128
    lr: float = 3e-3
    muon: float = 0.0  # highest rate of the kernels, by `training.classifier.muon`; 0: AdamW like the rest
    warmup: float = 0.05  # part of the steps in which the rate rises; then it falls to nothing
    straight: bool = False  # it falls along a line, not along a cosine
    decay: float = 0.05
    average: float = 0.0  # how much of the mean of the weights each step keeps; 0: the last weights count
    smoothing: float = 0.1  # of the labels: one drawing in ten shows what only its drawer knows
    parts: float = 0.3  # weight of what each part of a network says by itself
    small: int = 32  # pixels a side in the first part of the steps
    small_part: float = 0.5
    balance: float = 0.5  # a category with n drawings is shown in proportion to n ** balance
    seed: int = 0
    bfloat16: bool = True
    save_seconds: float = 60.0

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step."""
        warm = self.warmup * self.steps
        if step < warm:
            return (step + 1) / (warm + 1)
        part = (step - warm) / (self.steps - warm)
        return 1 - part if self.straight else (1 + math.cos(math.pi * part)) / 2


PICTURES = ClassifierRecipe()
STROKES = ClassifierRecipe(steps=5_800, batch=256, muon=0.03, warmup=0.015, straight=True, decay=0.02, average=0.998)
