"""One step of training up to the gradients, in which the host never asks the device for anything."""

from dataclasses import replace

import torch
from torch import Tensor

from training.data.augment import random_scale_and_turn
from training.loop.drawings import Batch
from training.loop.precision import LossScale, mixed_precision
from training.shared.network import SharedNetwork
from training.shared.objective import loss_of
from training.shared.recipe import SharedRecipe

TOLD = ("nats", "points", "kl", "coded", "skipped", "norm")  # what a step tells


def learn(network: SharedNetwork, batch: Batch, recipe: SharedRecipe, step: int, scale: LossScale) -> Tensor:
    """Leave the clipped gradients of a batch in the network; what there is to tell of it, [6] by `TOLD`, on the device.

    A step whose gradient is no finite number is skipped: its gradients are 0, and it adds to no sum but that of these.
    """
    strength = recipe.strength(step)
    rows = random_scale_and_turn(
        batch.rows, share=recipe.changed, scale=recipe.scale, turn=recipe.turn, strength=strength
    )
    with mixed_precision(rows.device, enabled=not recipe.float32):
        loss = loss_of(
            network, replace(batch, rows=rows), like=recipe.like, kl_weight=recipe.kl_weight(step), free=recipe.free
        )
    (loss.total * scale.value).backward()  # type: ignore[no-untyped-call]
    norm, bad = scale.settle(network.parameters(), recipe.clip)
    nats = loss.nats.detach()
    sums = torch.stack([nats, nats.new_full((), batch.points), loss.kl.detach(), nats.new_full((), loss.coded)])
    return torch.cat([sums.masked_fill(bad, 0.0), bad.float().view(1), norm.view(1)])
