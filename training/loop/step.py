"""One step of training up to the gradients, in which the host never asks the device for anything."""

from dataclasses import dataclass

import torch
from torch import Tensor

from model.network import Network
from training.data.augment import random_scale
from training.loop.drawings import Batch
from training.loop.precision import LossScale, mixed_precision
from training.loop.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a step, on the device."""

    numbers: Tensor  # [3]: the loss per point, the gradient's norm, and the scale of the loss
    each: Tensor  # [n] log probability of each drawing


def seed_of(recipe_seed: int, step: int) -> int:
    """The seed of a step's own random numbers, as large as torch knows any."""
    return (recipe_seed * 1_000_003 + step) % 2**64


def drop_by(seed: int, device: torch.device) -> None:
    """Let dropout on a device draw by a seed.

    `torch.manual_seed` tells every other device too; where CUDA is not in use it notes for it who called, in 2 ms.
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)


def learn(network: Network, batch: Batch, recipe: Recipe, step: int, scale: LossScale) -> Told:
    """Leave the clipped gradients of a batch in the network, by random numbers of the step's own.

    Gradients that are no finite numbers become 0.
    """
    seed = seed_of(recipe.seed, step)
    device = batch.rows.device
    rows = random_scale(batch.rows, recipe.scale, torch.Generator(device).manual_seed(seed))
    drop_by(seed, device)
    network.train()
    with mixed_precision(device, enabled=recipe.bfloat16):
        xy, pen = network.objective(rows, batch.category)
    loss = -(xy.sum() + pen.sum()) / batch.points
    factor = scale.value
    (loss * factor).backward()  # type: ignore[no-untyped-call]
    norm, _ = scale.settle(network.parameters(), recipe.clip)
    return Told(torch.stack([loss.detach(), norm, factor]), (xy.sum(1) + pen.sum(1)).detach())
