"""Small real checkpoints and applications that serve them."""

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi import FastAPI
from starlette.testclient import TestClient
from torch import nn

from app.application import create_app
from app.engine.engine import Engine
from app.settings import Settings
from model.card import Card, DataPart, Nats
from model.checkpoint import save_checkpoint
from model.decoder import Decoder
from model.names import slug
from model.network import Network, NetworkConfig

HIDDEN, MIXTURES = 16, 3


def network(name: str) -> Network:
    """Random weights, others for each name, that end about every other drawing within 24 points."""
    with torch.random.fork_rng():
        torch.manual_seed(zlib.crc32(name.encode()))
        made = Network(NetworkConfig(hidden=HIDDEN, mixtures=MIXTURES), torch.zeros(2), torch.full((2,), 40.0))
        nn.init.normal_(made.head.weight, std=0.3)
        made.head.bias.data[:3] = torch.tensor([0.0, -1.0, -2.0])
    return made


def write_checkpoint(
    root: Path, category: str, system: str = "gmm16_3", folder: str | None = None, max_points: int = 24
) -> Path:
    """A checkpoint of a random network in `root`, in the folder of a default system unless one is named."""
    path = root / (folder or slug(category))
    card = Card(
        category=category,
        slug=slug(category),
        system=system,
        hidden=HIDDEN,
        mixtures=MIXTURES,
        mean=(0, 0),
        std=(40, 40),
        max_points=max_points,
        temp_xy=0.4,
        temp_p=0.5,
        nats=Nats(xy=8, pen=0.2, total=8.2),
        data=(DataPart(source="made for a test", count=1, licence="CC0"),),
        command="none",
        commit="none",
        versions={},
    )
    save_checkpoint(path, Decoder(network(str(path.name))), card)
    return path


def settings_for(checkpoints: Path, **changes: Any) -> Settings:
    """Settings for a test, whatever the environment says."""
    return Settings(checkpoints=checkpoints, device="cpu", threads=1, **changes)


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fails after a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.002)


@contextmanager
def serving(app: FastAPI, *, ready: bool = True) -> Iterator[TestClient]:
    """A client of an application that runs, and, unless told otherwise, is ready to draw."""
    with TestClient(app, raise_server_exceptions=False) as client:
        if ready:
            until(lambda: client.get("/readyz").status_code == 200)
        yield client


@contextmanager
def client_of(checkpoints: Path, **changes: Any) -> Iterator[TestClient]:
    """A client of a new application that serves these checkpoints."""
    with serving(create_app(settings_for(checkpoints, **changes))) as client:
        yield client


@contextmanager
def busy(engine: Engine) -> Iterator[None]:
    """The engine begins no turn inside, as if one took that long, and goes on after."""
    free = threading.Event()
    tidy = engine._device.tidy

    def wait() -> None:
        free.wait(30)
        tidy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine._device, "tidy", wait)
        try:
            yield
        finally:
            free.set()
