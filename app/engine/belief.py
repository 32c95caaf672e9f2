"""What a network believes comes next: the mixture that a row is drawn from, for those who watch it think."""

from typing import NamedTuple

import orjson
from torch import Tensor

from model.strokes import Array
from model.table import TableModule

COMPONENTS = 8  # of a mixture, by weight: the rest could not be seen


class Belief(NamedTuple):
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


def beliefs(tables: TableModule, raw: Tensor) -> list[Belief]:
    """What the rows of n drawings are drawn from, whose raw outputs [n, ...] these are (`TableDecoder`)."""
    parts = (part.cpu().numpy() for part in tables.heaviest(raw, COMPONENTS))
    return list(map(Belief._make, zip(*parts, strict=True)))
