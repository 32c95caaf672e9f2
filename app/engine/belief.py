"""What a network believes comes next: the mixture that a row is drawn from, for those who watch it think."""

from dataclasses import dataclass

import orjson

from model.checkpoint import CheckpointModule
from model.state import State
from model.strokes import Array

COMPONENTS = 8  # of a mixture, by weight: the rest could not be seen


@dataclass(frozen=True, slots=True)
class Belief:
    """The heaviest components before a row was drawn, at temperature 1, and the odds of the pen.

    pi [m], falling; mean [m, 2] of the move and sigma [m, 2] in pixels; rho [m]; pen [3]: stays down, lifts, ends.
    """

    pi: Array
    mean: Array
    sigma: Array
    rho: Array
    pen: Array

    def json(self, scale: float) -> bytes:
        """As a message carries it, in units of which one is `scale` pixels."""
        keys = {"pi": self.pi, "mean": self.mean / scale, "sigma": self.sigma / scale, "rho": self.rho, "pen": self.pen}
        return orjson.dumps(keys, option=orjson.OPT_SERIALIZE_NUMPY)


def beliefs(module: CheckpointModule, state: State) -> list[Belief]:
    """Of each drawing of a state, what its next row is drawn from."""
    log_pi, mean, sigma, rho, log_p = (part.cpu() for part in module.mixture(state))
    top = log_pi.topk(min(COMPONENTS, log_pi.size(1)))
    two = top.indices[..., None].expand(-1, -1, 2)
    parts = (top.values.exp(), mean.gather(1, two), sigma.gather(1, two), rho.gather(1, top.indices), log_p.exp())
    return [Belief(*drawing) for drawing in zip(*(part.numpy() for part in parts), strict=True)]
