"""One draw from the mixture and the pen: the part of a decoding step behind the head, in as few operations as it takes.

A step for one drawing takes as long as the number of its operations, not of its numbers. So both choices (component
and pen) are made at once, what the temperatures and the noise mean is worked out for many steps together, and the
head's rows come in an order from which a component's five numbers are one row:

    [log-weights, filled up to W | pen, filled up to W | filler up to a multiple of 5 | K x (mean x, mean y,
    log-sigma x, log-sigma y, rho)]          W = max(K, 3); filled up with zeros, and masked
"""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from model.density.mixture import Mixture


def lead(mixtures: int) -> int:
    """Outputs before those of the first component."""
    return (2 * max(mixtures, 3) + 4) // 5 * 5


def head_order(outputs: int) -> Tensor:
    """For each row of the sampler's head its row in the network's, of `outputs` = 3 + 6 K; `outputs` means filler."""
    k = (outputs - 3) // 6
    width = max(k, 3)
    pen, component = torch.arange(3), torch.arange(3, 3 + k)
    rest = 3 + k + torch.arange(k).unsqueeze(1) + k * torch.arange(5)
    filler = torch.full([lead(k)], outputs)
    first = torch.cat([component, filler[: width - k], pen, filler[: width - 3], filler[: lead(k) - 2 * width]])
    return torch.cat([first, rest.flatten()])


class Workspace(NamedTuple):
    """Where the rows of n drawings are drawn, step after step, with parts of it.

    Taking a part of a tensor costs a small batch as much as computing with it, so it is done once for all steps.
    """

    raw: Tensor  # [n, ...] what the head puts out
    logits: Tensor  # [n, 2, W] of it
    components: Tensor  # [n, K, 5] of it
    choice: Tensor  # [n, 2, 1] int64
    component: Tensor  # [n, 1, 5] of it, five times the same
    pen: Tensor  # [n] of it
    chosen: Tensor  # [n, 1, 5] the component
    exact: Tensor  # [n, 1, 5] the same in float64
    mean: Tensor  # [n, 2] of that
    log_sigma: Tensor  # [n, 2]
    rho: Tensor  # [n, 1]
    move: Tensor  # [n, 2] float64, standardised
    first: Tensor  # [n, 1] of it
    second: Tensor  # [n, 1]
    pixels: Tensor  # [n, 2] float64
    next_pen: Tensor  # [n] int64: as chosen, but 2 for what has ended
    next_pens: Tensor  # [n, 5] five times the same
    ended: Tensor  # [n] int64: 2 after an end row, otherwise 0
    next_row: Tensor  # [n, 5] float64
    offsets: Tensor  # [n, 2] of it
    row: Tensor  # [n, 5] the newest
    dx: Tensor  # [n, 1] of it
    dy: Tensor  # [n, 1]
    lift: Tensor  # [n, 1]


class Sampler(nn.Module):
    """Draws rows: of each drawing one by `choose` and `draw`, in a `workspace`, by what `begin` makes of noise."""

    coldest: Final[float] = 1e-6  # a temperature below it would overflow the division; 0 itself takes the mode
    rho_limit: Final[float] = Mixture.rho_limit
    log_sigma_min: Final[float] = Mixture.log_sigma_min
    log_sigma_max: Final[float] = Mixture.log_sigma_max

    mask: Tensor
    rows: Tensor
    end: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, mixtures: int) -> None:
        super().__init__()
        self.mixtures = mixtures
        self.width = max(mixtures, 3)
        # A uniform times it is below the sum of all probabilities, however rounded: the choice is always one of them.
        self.below_one = 1 - (self.width + 4) * 2.0**-22
        self.groups = lead(mixtures) // 5 + mixtures  # of five outputs
        self.mask = self.rows = self.end = self.mean = self.std = torch.zeros(0)

    def prepare(self, mean: Tensor, std: Tensor) -> None:
        """Draw rows in pixels, of offsets of that mean and std [2], from now on, on their device."""
        self.mask = mean.new_zeros(2, self.width)  # 0 for what can be chosen, component or pen, -inf for what fills up
        self.mask[0, self.mixtures :] = float("-inf")
        self.mask[1, 3:] = float("-inf")
        rows = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], device=mean.device)
        self.rows = rows.double()  # of each pen, with 1 for offsets that count
        self.end = torch.full([1], 2, device=mean.device)
        self.mean, self.std = mean.double(), std.double()

    def workspace(self, rows: Tensor) -> Workspace:
        """One for drawings whose newest rows [n, 5] are these."""
        n = rows.size(0)
        raw, row = rows.new_empty(n, 5 * self.groups), rows.clone()
        choice = torch.empty([n, 2, 1], dtype=torch.long, device=rows.device)
        component, pen = choice.unbind(1)
        exact, move, next_row = self.rows.new_empty(n, 5), self.rows.new_empty(n, 2), self.rows.new_empty(n, 5)
        mean, log_sigma, rho = exact.split_with_sizes([2, 2, 1], 1)
        first, second = move.split_with_sizes([1, 1], 1)
        dx, dy, _, lift, end = row.split_with_sizes([1, 1, 1, 1, 1], 1)
        ended = (end.squeeze(1) == 1).long() * 2
        next_pen = torch.empty_like(ended)
        return Workspace(
            raw=raw,
            logits=raw[:, : 2 * self.width].view(n, 2, self.width),
            components=self.components(raw),
            choice=choice,
            component=component.unsqueeze(2).expand(n, 1, 5),
            pen=pen.squeeze(1),
            chosen=rows.new_empty(n, 1, 5),
            exact=exact.unsqueeze(1),
            mean=mean,
            log_sigma=log_sigma,
            rho=rho,
            move=move,
            first=first,
            second=second,
            pixels=torch.empty_like(move),
            next_pen=next_pen,
            next_pens=next_pen.unsqueeze(1).expand(n, 5),
            ended=ended,
            next_row=next_row,
            offsets=next_row[:, :2],
            row=row,
            dx=dx,
            dy=dy,
            lift=lift,
        )

    def components(self, raw: Tensor) -> Tensor:
        """The components' rows [n, K, 5] of raw outputs [n, ...]: a part of them."""
        return raw.view(-1, self.groups, 5)[:, self.groups - self.mixtures :]

    def log_odds(self, raw: Tensor) -> tuple[Tensor, Tensor]:
        """(log pi [n, K], log p of the pen [n, 3]) of raw outputs [n, ...], at temperature 1."""
        pen = raw[:, self.width : self.width + 3]
        return torch.log_softmax(raw[:, : self.mixtures], -1), torch.log_softmax(pen, -1)

    def begin(self, temperature: Tensor, noise: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """(1 / T [n, 2, 1], uniforms [n, 2, 1] and normals times sqrt(T_xy) [n, 2] of each of k steps).

        temperature [n, 2] is T_xy, T_p; noise [k, n, 4] is two uniforms (component, pen) and two standard normals.
        Temperature divides the logits and multiplies the covariance (Ha and Eck, equation 8).
        """
        inverse = temperature.clamp(min=self.coldest).reciprocal().unsqueeze(-1)
        uniform = (noise[..., :2] * self.below_one).unsqueeze(-1).contiguous()
        return inverse, list(uniform.unbind(0)), list((noise[..., 2:] * temperature[:, :1].sqrt()).unbind(0))

    def release(self, noise: Tensor) -> tuple[Tensor, Tensor, bool]:
        """(noise [k, n, 4] with all uniforms from 0 up, where a drawing may not end [k, n], whether any may not)."""
        held = noise[..., 1] < 0
        anywhere = bool(held.any())
        if anywhere:
            noise = noise.clone()
            noise[..., 1].abs_()
        return noise, held, anywhere

    def choose(self, work: Workspace, inverse: Tensor, uniform: Tensor) -> None:
        """Component and pen from softmax(logits / T), by inverting its cumulative sum at `uniform` [n, 2, 1]."""
        heated = torch.addcmul(self.mask, work.logits, inverse)
        total = torch.softmax(heated, dim=-1).cumsum_(-1)
        torch.searchsorted(total, uniform, right=True, out=work.choice)

    def choose_mode(self, work: Workspace, cold: Tensor) -> None:
        """The most probable ones in place of those chosen, where `cold` [n, 2, 1]: what T = 0 means."""
        mode = torch.argmax(work.logits + self.mask, dim=-1, keepdim=True)
        torch.where(cold, mode, work.choice, out=work.choice)

    def go_on(self, work: Workspace, held: Tensor) -> None:
        """The likelier of the other two pens where a drawing would end that may not, `held` [n]."""
        other = torch.argmax(work.logits[:, 1, :2], dim=-1)
        torch.where(held.logical_and(work.pen == 2), other, work.pen, out=work.pen)

    def draw(self, work: Workspace, normal: Tensor, out: Tensor) -> None:
        """The next rows, into `out` [n, 5] too, of what was chosen and normals [n, 2] scaled by sqrt(T_xy).

        Libraries round the last bits of all this otherwise from processor to processor: in float64 they do not get into
        a row. What has ended stays ended.
        """
        # `gather` takes half as long as `index_select` does for few drawings
        torch.gather(work.components, 1, work.component, out=work.chosen)
        work.exact.copy_(work.chosen)
        work.move.copy_(normal)
        rho = work.rho.tanh_().mul_(self.rho_limit)
        work.second.mul_((1 - rho * rho).sqrt_()).addcmul_(rho, work.first)
        sigma = work.log_sigma.clamp_(self.log_sigma_min, self.log_sigma_max).exp_()
        work.move.mul_(sigma).add_(work.mean)
        torch.maximum(work.pen, work.ended, out=work.next_pen)
        torch.bitwise_and(work.next_pen, self.end, out=work.ended)
        torch.gather(self.rows, 0, work.next_pens, out=work.next_row)
        work.offsets.mul_(torch.addcmul(self.mean, work.move, self.std, out=work.pixels))
        work.row.copy_(work.next_row)
        out.copy_(work.row)
