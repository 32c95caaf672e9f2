from collections.abc import Iterator
from pathlib import Path

import pytest

from inkstream import local
from inkstream.client import Client
from tests.app.real import Real, real
from tests.app.seer import Seer, give
from tests.app.tiny import settings_for, subject_card, write_checkpoint, write_network


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """What runs tests that are coroutines."""
    return "asyncio"


@pytest.fixture(scope="package")
def drawn_by(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints: a network of two animals with latent codes, and a penguin."""
    root = tmp_path_factory.mktemp("checkpoints")
    write_network(root, "animals", "animals2", [subject_card("cat"), subject_card("dog")])
    write_checkpoint(root, "penguin")
    return root


@pytest.fixture(scope="package")
def here(drawn_by: Path) -> Iterator[Client]:
    """What draws in this process, by those."""
    transport = local.InProcess(local.without_limits(settings_for(drawn_by)))
    with pytest.MonkeyPatch.context() as patch, Client("http://localhost", transport=transport, retries=0) as client:
        give(patch, Seer())
        client.categories()
        patch.undo()
        yield client


@pytest.fixture(scope="package")
def site(drawn_by: Path) -> Iterator[Real]:
    """A service that draws by them."""
    with real(drawn_by) as running:
        yield running


def cut(site: Real) -> None:
    """Break all connections of a service, as a network does."""
    for connection in list(site.server.server_state.connections):
        connection.loop.call_soon_threadsafe(connection.transport.abort)
