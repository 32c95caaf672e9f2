"""Where drawings begin."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from app.engine import beginning
from app.engine.beginning import begin, read
from app.engine.delivery import Delivery
from app.engine.job import DrawingJob
from app.engine.prefix import Prefix
from model.alike.codes import told
from model.checkpoint import Checkpoint
from model.latent import to_text
from model.state import State
from tests.app.tiny import LATENT, alone, request_of

STYLED = 4  # the subject of `animals` that has two styles


@torch.inference_mode()
def test_new_drawings_begin_as_the_network_says(animals: Checkpoint) -> None:
    """Of their subjects, together as one by one."""
    jobs = jobs_of(animals, (0, 2, 1))
    for ours, theirs in zip(begin(animals, jobs), animals.begin([0, 2, 1]), strict=True):
        assert torch.equal(ours, theirs)


class Counted:
    """A module that counts the drawings of which it makes contexts."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.contexts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def context(self, subject: Tensor, latent: Tensor) -> Tensor:
        self.contexts += len(subject)
        made: Tensor = self.real.context(subject, latent)
        return made


def jobs_of(network: Checkpoint, numbers: Sequence[int], seed: int = 0) -> list[DrawingJob]:
    """New drawings of these subjects, the first of a seed, the others of those after it."""
    requests = [request_of(network, number, seed=seed + i) for i, number in enumerate(numbers)]
    return [DrawingJob(request, lambda *_: None, Delivery.whole(), since=0) for request in requests]


def same(ours: State, theirs: State) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


@torch.inference_mode()
@pytest.mark.parametrize(("most", "expected"), [(beginning.MOST, [2, 1, 0, 3, 0]), (3, [2, 1, 0, 6, 0])])
def test_drawings_begin_as_others_did(
    animals: Checkpoint, monkeypatch: pytest.MonkeyPatch, most: int, expected: list[int]
) -> None:
    """The state of a subject and style is made once while it is kept, up to a bound, and nobody changes it."""
    monkeypatch.setattr(beginning, "MOST", most)
    counted = Counted(animals.module)
    network, made = replace(animals, module=counted), []
    for numbers in ([0, 2, 0, 0], [1], [2, 0], [STYLED, STYLED, 3, 1, 0, 2, 2], [3, 3]):
        before, state = counted.contexts, begin(network, jobs_of(network, numbers))
        made.append(counted.contexts - before)
        assert same(state, animals.begin(numbers, animals.styles(numbers, range(len(numbers)))))
        for part in state:
            part.zero_()
    assert made == expected


@torch.inference_mode()
def test_a_code_of_its_own_is_begun_in_alone(animals: Checkpoint) -> None:
    """Drawings that are told codes begin in them, and those beside them as ever."""
    jobs = jobs_of(animals, [0, 1, 0, STYLED])
    codes = [told(animals, number, to_text(np.full(LATENT, 0.5 + number))) for number in (1, 0)]
    for i, code in zip((1, 2), codes, strict=True):
        jobs[i].request = replace(jobs[i].request, told=code)
    contexts = animals.contexts([0, 1, 0, STYLED], animals.styles([0, 1, 0, STYLED], range(4)))
    contexts[1:3] = torch.cat([code.context for code in codes])
    assert same(begin(animals, jobs), animals.module.begin(contexts))


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
