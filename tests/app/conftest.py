from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.routes import page
from benchmarks.redis_server import RedisServer, redis_server
from model.checkpoint import load_checkpoint
from model.drawing import draw
from model.latent import to_text
from tests.app.tiny import LATENT, client_of, subject_card, write_checkpoint, write_network


@pytest.fixture(scope="package", autouse=True)
def _page_is_read_once() -> Iterator[None]:
    """Each of these applications would read and compress the same files, which takes longer than all else it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "read_page", cache(page.read_page))
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """What runs tests that are coroutines."""
    return "asyncio"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis that nobody else uses, and that a test may ill-treat."""
    with redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three categories, one of them with two systems. Tests that change a checkpoint write their own."""
    root = tmp_path_factory.mktemp("checkpoints")
    for category in ("penguin", "cat", "The Eiffel Tower"):
        write_checkpoint(root, category)
    write_checkpoint(root, "penguin", system="gmm16_1", folder="penguin@gmm16_1")
    return root


@pytest.fixture(scope="session")
def menagerie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One network of five subjects, and beside it a cat that is the default and a dog that is not."""
    root = tmp_path_factory.mktemp("menagerie")
    subjects = [
        subject_card("cat", aliases=("kitty",), group="animals", temp_xy=0.3),
        subject_card("dog", aliases=("hound",), group="animals"),
        subject_card("bee", group="animals", max_points=30),
        subject_card("grapes", aliases=("wine",), group="food"),
        subject_card("The Mona Lisa", group="art", styles=[to_text(np.full(LATENT, z)) for z in (2.0, -2.0)]),
    ]
    write_network(root, "animals", "animals5", subjects)
    write_checkpoint(root, "cat")
    write_checkpoint(root, "dog", system="gmm16_1", folder="dog@gmm16_1")
    return root


@pytest.fixture(scope="session")
def zoo(menagerie: Path) -> Iterator[TestClient]:
    """A client of an application that serves `menagerie`, and up to 65 drawings in an answer."""
    with client_of(menagerie, max_count=65) as client:
        yield client


@pytest.fixture(scope="session")
def client(checkpoints: Path) -> Iterator[TestClient]:
    """A client of an application that serves `checkpoints`."""
    with client_of(checkpoints) as client:
        yield client


@pytest.fixture(scope="session")
def long(checkpoints: Path) -> int:
    """A seed whose cat, at the recommended temperatures, has more than twenty points."""
    checkpoint = load_checkpoint(checkpoints / "cat")
    card = checkpoint.card.subject
    drawings = draw(checkpoint, range(99), temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=card.max_points)
    return next(drawing.seed for drawing in drawings if len(drawing.stroke5) > 20)
