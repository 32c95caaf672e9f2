"""How one network for many subjects is trained; what changes in the course of a run is a function of the step alone."""

from dataclasses import dataclass
from typing import Literal

FALL = 0.9  # of a run in which the learning rate falls, its last part
LEAST = 1e-3  # of the full learning rate that is left at the end
FIRST_KL = 0.04  # of its full weight that the KL divergence has at first
CALM_AT = 0.5  # of the last part of a run, from which on drawings are no longer changed


@dataclass(frozen=True, slots=True)
class SharedRecipe:
    """The dials of `training.shared.trainer`, at the values that trained the network which the service draws with."""

    steps: int = 20_000
    batch: int = 1536  # drawings a step: what keeps a large GPU busy
    lr: float = 2e-3  # of AdamW; Muon's follows from it
    warmup: int = 200  # steps in which the rate rises; a tenth of a short run
    clip: float = 1.0  # of the gradient's norm
    dropout: float = 0.1  # of the LSTM's outputs
    changed: float = 0.6  # share of the drawings that are stretched and turned
    scale: float = 0.15  # random scale per axis, +- this part
    turn: float = 0.08  # standard deviation of the random turn, radians
    calm: float = 0.25  # last part of a run in which changes fade out
    real: float = 0.5  # share of the real drawings, where there are sampled ones
    power: float = 0.7  # of a category's number of real drawings, by which it counts among them
    like: float = 0.35  # share of the drawings that are foreseen given their own latent code
    kl: float = 0.5  # full weight of the KL divergence, reached after half of the run
    free: float = 15.0  # nats of a latent code that cost nothing (Kingma et al., 2016, "free bits")
    validations: int = 10  # in the whole run
    keep: Literal["best", "last"] = "best"  # validation
    seed: int = 0
    float32: bool = False  # no mixed precision
    only_subjects: bool = False  # nothing but what belongs to each subject is trained
    save_seconds: float = 60.0

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step: it rises to 1, stays there, and falls in a straight line."""
        warm = min(1.0, (step + 1) / min(self.warmup, max(1, self.steps // 10)))
        return warm * max(0.0, min(1.0, (1 - step / self.steps) / FALL)) + LEAST

    def strength(self, step: int) -> float:
        """How much of the random changes is left at a step: all of them at first, none in the end."""
        left = 1 - step / self.steps
        return 1.0 if left >= self.calm else max(0.0, (left / self.calm - CALM_AT) / (1 - CALM_AT))

    def kl_weight(self, step: int) -> float:
        """The weight of the KL divergence at a step."""
        return self.kl * min(1.0, FIRST_KL + step / self.steps / 0.5)
