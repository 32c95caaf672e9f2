"""Where drawings begin."""

from dataclasses import replace

import numpy as np
import torch

from app.engine.beginning import begin, read
from app.engine.delivery import Delivery
from app.engine.job import DrawingJob
from app.engine.prefix import Prefix
from model.checkpoint import Checkpoint
from tests.app.tiny import alone, request_of


@torch.inference_mode()
def test_new_drawings_begin_as_the_network_says(animals: Checkpoint) -> None:
    """Of their subjects, together as one by one."""
    jobs = [DrawingJob(request_of(animals, number), lambda *_: None, Delivery.whole(), since=0) for number in (0, 2, 1)]
    for ours, theirs in zip(begin(animals, jobs), animals.begin([0, 2, 1]), strict=True):
        assert torch.equal(ours, theirs)


@torch.inference_mode()
def test_what_is_given_is_read_in_parts(animals: Checkpoint) -> None:
    """Two prefixes together, some rows at a time, each to the state after all of them."""
    whole = alone(replace(request_of(animals, 1, seed=3))).stroke5
    prefixes = [Prefix(1, whole[:5]), Prefix(0, whole[:2])]
    while left := [prefix for prefix in prefixes if prefix.left]:
        read(animals, left, 2)
    for prefix, rows in zip(prefixes, (5, 2), strict=True):
        wanted = animals.module.read(
            animals.begin([prefix.subject]), torch.from_numpy(np.array(whole[None, :rows])), torch.tensor([rows])
        )
        assert prefix.state is not None
        for ours, theirs in zip(prefix.state, wanted, strict=True):
            assert torch.equal(ours, theirs)
