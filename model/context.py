"""What a network is told of one drawing before it begins: constants, folded from its subject, its latent code, or both.

A subject and a latent code add to biases and to the first state only, so all that they change is one row of numbers:

    [bias of the sums m | first h H | first c H | bias of the head 3 + 6 K]
"""

from torch import Tensor, nn

from model.linear import FixedPointLinear


class Contexts(nn.Module):
    """The context of subject s with latent code z: `base` [w] + `table[s]` [S, w] + a matrix [w, Z] times z.

    Elementwise sums and exact products: the same bits for a drawing in whatever company, on any x86 processor. The
    table is kept in float16, as what is apart from the base. A network of one subject has a table of zeros; Z is 0 for
    one without an encoder.
    """

    base: Tensor
    table: Tensor

    def __init__(self, base: Tensor, table: Tensor, latent: Tensor, latent_scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("base", base)
        self.register_buffer("table", table)
        self.latent = FixedPointLinear(latent, latent_scale)

    def forward(self, subject: Tensor, latent: Tensor) -> Tensor:
        """Contexts [n, w] of subjects [n] int64 and latent codes [n, Z], zeros for none."""
        known = self.table.index_select(0, subject).float().add_(self.base)
        if latent.size(1) > 0 and bool(latent.any()):  # adding zeros would change nothing, and takes a millisecond
            known = known + self.latent(latent)
        return known
