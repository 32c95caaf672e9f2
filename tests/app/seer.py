"""A recogniser that tells three things by their shape, and services that have it."""

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient
from torch import Tensor

from app.catalogue.recogniser import LoadedRecogniser
from app.routes import library
from model.recogniser.recogniser import Recogniser
from model.strokes import points_of, to_polylines
from tests.app.tiny import client_of

ROOF = [[[0, 0], [400, -600], [800, 0]], [[300, -200], [500, -200]]]  # two strokes: a penguin
EARS = [[[0, 0], [50, 80], [100, 0]], [[10, 0], [0, -30], [30, -10]], [[90, 0], [100, -30], [70, -10]]]  # three: a cat
MAST = [[[0, 0], [5, 400]]]  # four times as high as wide: a tower


class Seer(Recogniser):
    """Three strokes or more are a cat, what is much higher than wide a tower, all else a penguin; smoothly so."""

    names = ("cat", "The Eiffel Tower", "penguin", "something else")
    hash = "5ee" + "0" * 61

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.batches: list[int] = []

    def log_probabilities(self, drawings: Sequence[Tensor]) -> Tensor:
        self.batches.append(len(drawings))
        if self.failure is not None:
            raise self.failure
        return torch.stack([_logits(drawing) for drawing in drawings]).log_softmax(dim=1)

    def held(self, patch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
        """From now on it answers when it is let: whether it was asked, and what lets it go on."""
        begun, free = threading.Event(), threading.Event()
        plain = self.log_probabilities

        def slowly(drawings: Sequence[Tensor]) -> Tensor:
            begun.set()
            free.wait(30)
            return plain(drawings)

        patch.setattr(self, "log_probabilities", slowly)
        return begun, free


def _logits(stroke5: Tensor) -> Tensor:
    rows = stroke5.numpy()
    assert points_of(rows), "the real one refuses drawings without a point"
    assert math.isfinite(float(rows.sum()))
    lines = to_polylines(rows)
    width, height = np.ptp(np.concatenate(lines), axis=0)
    tower = math.atan2(height, width) * 8 - 9
    return torch.tensor([1.5 * len(lines) - 3, tower, 1 + 0.001 * points_of(rows), -3.0])


def give(patch: pytest.MonkeyPatch, seer: Recogniser | Exception) -> None:
    """Services that start from now on have this recogniser, or the reason why there is none."""

    def read(*_asked: object) -> LoadedRecogniser:
        if isinstance(seer, Exception):
            raise seer
        return LoadedRecogniser(seer, 1000)

    patch.setattr(library, "read_recogniser", read)


@contextmanager
def seeing(checkpoints: Path, seer: Recogniser | Exception | None = None, **changes: Any) -> Iterator[TestClient]:
    """A client of a service of these checkpoints that has a recogniser, or the reason why there is none."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            give(patch, seer or Seer())
            client = stack.enter_context(client_of(checkpoints, **changes))
        yield client
