"""One draw from the mixture and the pen: the part of a decoding step behind the head, in as few operations as it takes.

A step for one drawing takes as long as the number of its operations, not of its numbers. So both choices (component
and pen) are made at once, what the temperatures and the noise mean is worked out for many steps together, and the
head's rows come in an order from which a component's five numbers are one row:

    [log-weights, filled up to W | pen, filled up to W | filler up to a multiple of 5 | K x (mean x, mean y,
    log-sigma x, log-sigma y, rho)]          W = max(K, 3); filled up with zeros, and masked
"""

from typing import Final

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


class Sampler(nn.Module):
    """Draws rows. `begin` works out what temperatures and noise mean; `draw` draws one row for each drawing."""

    coldest: Final[float] = 1e-6  # a temperature below it would overflow the division; 0 itself takes the mode
    rho_limit: Final[float] = Mixture.rho_limit
    log_sigma_min: Final[float] = Mixture.log_sigma_min
    log_sigma_max: Final[float] = Mixture.log_sigma_max

    def __init__(self, mixtures: int) -> None:
        super().__init__()
        self.mixtures = mixtures
        self.width = max(mixtures, 3)
        # A uniform times it is below the sum of all probabilities, however rounded: the choice is always one of them.
        self.below_one = 1 - (self.width + 4) * 2.0**-22
        self.components_at = lead(mixtures) // 5
        self.groups = self.components_at + mixtures  # of five outputs

    def begin(self, temperature: Tensor, noise: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """(1 / T [n, 2, 1], uniforms [n, 2, 1] and normals times sqrt(T_xy) [n, 2], float64, of each of k steps).

        temperature [n, 2] is T_xy, T_p; noise [k, n, 4] is two uniforms (component, pen) and two standard normals.
        Temperature divides the logits and multiplies the covariance (Ha and Eck, equation 8).
        """
        inverse = temperature.clamp(min=self.coldest).reciprocal().unsqueeze(-1)
        uniform = (noise[..., :2] * self.below_one).unsqueeze(-1).contiguous()
        return inverse, list(uniform.unbind(0)), list((noise[..., 2:] * temperature[:, :1].sqrt()).double().unbind(0))

    def release(self, noise: Tensor) -> tuple[Tensor, Tensor]:
        """(noise [k, n, 4] with all uniforms from 0 up, where a drawing may not end [k, n])."""
        held = noise[..., 1] < 0
        if bool(held.any()):
            noise = noise.clone()
            noise[..., 1].abs_()
        return noise, held

    def go_on(self, raw: Tensor, choice: Tensor, held: Tensor) -> Tensor:
        """(component, pen) [n, 2], the likelier of the other two states where a drawing ends that may not."""
        component, pen = choice.unbind(1)
        other = torch.argmax(self._logits(raw)[:, 1, :2], dim=-1)
        return torch.stack([component, torch.where(held.logical_and(pen == 2), other, pen)], 1)

    def mask(self, like: Tensor) -> Tensor:
        """[2, W]: 0 for what can be chosen, component or pen, -inf for what fills up."""
        mask = like.new_zeros(2, self.width)
        mask[0, self.mixtures :] = float("-inf")
        mask[1, 3:] = float("-inf")
        return mask

    def components(self, like: Tensor) -> Tensor:
        """Where in n raw outputs, seen as rows of five, the first component of each drawing is: [n]."""
        return self.groups * torch.arange(like.size(0), device=like.device) + self.components_at

    def choose(self, raw: Tensor, inverse: Tensor, uniform: Tensor, mask: Tensor) -> Tensor:
        """(component, pen) [n, 2] from softmax(logits / T), by inverting its cumulative sum at `uniform` [n, 2, 1]."""
        heated = torch.addcmul(mask, self._logits(raw), inverse)
        total = torch.softmax(heated, dim=-1).cumsum_(-1)
        return torch.searchsorted(total, uniform, right=True).squeeze(-1)

    def most_probable(self, raw: Tensor, mask: Tensor) -> Tensor:
        """(component, pen) [n, 2] of the mode: what T = 0 means."""
        return torch.argmax(self._logits(raw) + mask, dim=-1)

    def move(self, raw: Tensor, chosen: Tensor, normal: Tensor) -> Tensor:
        """Standardised offsets [n, 2], float64, from each drawing's component [n], a row of five of all raw outputs.

        The normals [n, 2], float64, are already scaled by sqrt(T_xy); the offsets come in their place. Libraries round
        the last bits of all this otherwise from processor to processor: in float64 they do not get into a row.
        """
        component = raw.view(raw.size(0) * self.groups, 5).index_select(0, chosen).double()
        mean, log_sigma, r = component.split_with_sizes([2, 2, 1], 1)
        first, second = normal.split_with_sizes([1, 1], 1)
        rho = r.tanh_().mul_(self.rho_limit)
        second.mul_((1 - rho * rho).sqrt_()).addcmul_(rho, first)
        sigma = log_sigma.clamp_(self.log_sigma_min, self.log_sigma_max).exp_()
        return normal.mul_(sigma).add_(mean)

    def _logits(self, raw: Tensor) -> Tensor:
        return raw[:, : 2 * self.width].view(raw.size(0), 2, self.width)
