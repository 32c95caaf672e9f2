"""Small real checkpoints and applications that serve them."""

import hashlib
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi import FastAPI
from starlette.testclient import TestClient
from torch import Tensor, nn

from app.application import create_app
from app.catalogue.subject import StoredNetwork, Subject
from app.engine.engine import Engine
from app.engine.job import DrawingJob
from app.engine.request import DrawRequest
from app.errors import NotReady
from app.routes.service import Service
from app.settings import Settings
from model.card import Card, DataPart, Nats, SubjectCard
from model.checkpoint import Checkpoint, read_card
from model.drawing import Drawing, draw
from model.names import slug
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.weights import ContextParts, stored
from tests.model.samples import encoder_weights

HIDDEN, MIXTURES, LATENT = 16, 3, 4
PATIENCE = 60.0  # seconds for what is to happen at all: other work may keep the machine busy


def network(name: str) -> Network:
    """Random weights, others for each name, that end about every other drawing within 24 points."""
    with torch.random.fork_rng():
        torch.manual_seed(zlib.crc32(name.encode()))
        made = Network(NetworkConfig(hidden=HIDDEN, mixtures=MIXTURES), torch.zeros(2), torch.full((2,), 40.0))
        nn.init.normal_(made.head.weight, std=0.3)
        made.head.bias.data[:3] = torch.tensor([0.0, -1.0, -2.0])
    return made


def subject_card(name: str, **changes: Any) -> SubjectCard:
    """What a card says of a subject."""
    given = {"name": name, "slug": slug(name), "max_points": 24, "temp_xy": 0.4, "temp_p": 0.5}
    return SubjectCard.model_validate(given | changes)


def write_network(
    root: Path, folder: str, system: str, subjects: Sequence[SubjectCard], *, encoder: bool = True
) -> Path:
    """A checkpoint of a random network of these subjects; several have contexts of their own, and latent codes.

    Such a network has an encoder, unless it is left out.
    """
    made = network(folder)
    parts, read = None, dict[str, Tensor]()
    if len(subjects) > 1:
        width = len(stored(made)["contexts.base"])
        generator = torch.Generator().manual_seed(zlib.crc32(folder.encode()))
        table, latent = (0.3 * torch.randn(n, width, generator=generator) for n in (len(subjects), LATENT))
        parts = ContextParts(table, latent.t())
        read = encoder_weights(len(subjects), LATENT, generator) if encoder else {}
    card = Card(
        system=system,
        hidden=HIDDEN,
        mixtures=MIXTURES,
        latent=0 if parts is None else LATENT,
        mean=(0, 0),
        std=(40, 40),
        subjects=tuple(subjects),
        nats=Nats(xy=8, pen=0.2, total=8.2),
        data=(DataPart(source="made for a test", count=1, licence="CC0"),),
        command="none",
        commit="none",
    )
    save_checkpoint(root / folder, stored(made, parts) | read, card)
    return root / folder


def write_checkpoint(
    root: Path, category: str, system: str = "gmm16_3", folder: str | None = None, max_points: int = 24
) -> Path:
    """A checkpoint of a random network in `root` that draws one category: by default, unless a folder is named."""
    subject = subject_card(category, max_points=max_points, default=folder is None)
    return write_network(root, folder or slug(category), system, [subject])


def subject_of(checkpoint: Checkpoint, number: int = 0) -> Subject:
    """A subject of a loaded network."""
    return StoredNetwork(checkpoint.card, checkpoint.folder).subjects()[number]


def request_of(checkpoint: Checkpoint, number: int = 0, **wanted: Any) -> DrawRequest:
    """A drawing of a subject of a loaded network."""
    given: dict[str, Any] = {"seed": 7, "temp_xy": 0.5, "temp_p": 0.5}
    return DrawRequest(checkpoint, subject_of(checkpoint, number), **(given | wanted))


def alone(request: DrawRequest, latents: Tensor | None = None) -> Drawing:
    """What the plain loop draws, which knows no engine; `latents` [1, Z] in place of the subject's style."""
    [drawing] = draw(
        request.network,
        [request.seed],
        temp_xy=request.temp_xy,
        temp_p=request.temp_p,
        max_points=request.points,
        subject=request.subject.number,
        latents=latents,
    )
    return drawing


def damage(folder: Path) -> None:
    """Make of a model bytes that are no archive, and of its card one that names their hash."""
    content = b"no archive"
    (folder / "model.pt").write_bytes(content)
    card = read_card(folder).model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
    (folder / "card.json").write_text(card.model_dump_json())


def settings_for(checkpoints: Path | str, **changes: Any) -> Settings:
    """Settings for a test, whatever the environment says; a service is ready once one checkpoint is loaded.

    The folders of checkpoints may be named as a variable of the environment names them.
    """
    return Settings(**{"checkpoints": checkpoints, "device": "cpu", "threads": 1, "preload": 1, **changes})


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fails where patience ends."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.002)


def is_ready(service: Service) -> bool:
    """Whether it can draw: what `/readyz` says, without a request each time that it is asked."""
    try:
        service.ready()
    except NotReady:
        return False
    return True


@contextmanager
def serving(app: FastAPI, *, ready: bool = True) -> Iterator[TestClient]:
    """A client of an application that runs, and, unless told otherwise, is ready to draw."""
    with TestClient(app, raise_server_exceptions=False) as client:
        if ready:
            until(lambda: is_ready(app.state.service))
        yield client


@contextmanager
def client_of(checkpoints: Path, **changes: Any) -> Iterator[TestClient]:
    """A client of a new application that serves these checkpoints."""
    with serving(create_app(settings_for(checkpoints, **changes))) as client:
        yield client


def in_background(call: Any, *args: Any) -> tuple[threading.Thread, list[Any]]:
    """A call in a thread of its own, and what it gives, once it ends."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call(*args)))
    thread.start()
    return thread, results


@contextmanager
def busy(engine: Engine) -> Iterator[None]:
    """The engine begins no turn inside, as if one took that long, and goes on after."""
    free = threading.Event()
    tidy = engine._device.tidy

    def wait(gone: Iterable[DrawingJob]) -> None:
        free.wait(30)
        tidy(gone)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine._device, "tidy", wait)
        try:
            yield
        finally:
            free.set()
