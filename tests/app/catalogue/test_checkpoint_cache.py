import asyncio
from pathlib import Path

import pytest

from app.catalogue import checkpoint_cache as cache_module
from app.catalogue.catalogue import read_catalogue
from app.catalogue.checkpoint_cache import CheckpointCache
from app.catalogue.memory import size_of
from app.catalogue.subject import StoredNetwork
from app.errors import Unloadable
from model.checkpoint import Checkpoint, load_checkpoint

pytestmark = pytest.mark.anyio


@pytest.fixture
def networks(checkpoints: Path) -> list[StoredNetwork]:
    return read_catalogue(checkpoints).networks()


async def test_a_checkpoint_is_loaded_once(networks: list[StoredNetwork], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it, together or later, gets the same one."""
    loads: list[StoredNetwork] = []
    load = cache_module.load

    def counted(network: StoredNetwork, device: str) -> Checkpoint:
        loads.append(network)
        return load(network, device)

    monkeypatch.setattr(cache_module, "load", counted)
    cache = CheckpointCache(budget=2**30, device="cpu")
    first, second = await asyncio.gather(cache.get(networks[0]), cache.get(networks[0]))
    assert first is second is await cache.get(networks[0])
    assert loads == [networks[0]]
    await cache.close()


async def test_a_gpu_may_fail_while_one_is_loaded(
    networks: list[StoredNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the checkpoint is not at fault."""

    def failing(network: StoredNetwork, _: str) -> Checkpoint:
        raise Unloadable(network.name)

    monkeypatch.setattr(cache_module, "load", failing)
    for lost in (False, True):
        monkeypatch.setattr(cache_module, "is_lost", lambda _, lost=lost: lost)
        cache = CheckpointCache(budget=2**30, device="cpu")
        with pytest.raises(Unloadable):
            await cache.get(networks[0])
        assert cache.lost == lost
        await cache.close()


async def test_the_least_recently_used_is_let_go(networks: list[StoredNetwork]) -> None:
    """Beyond the budget what was not used for longest goes."""
    cat, penguin, tower = networks[:3]
    one = size_of(load_checkpoint(cat.folder))
    cache = CheckpointCache(budget=2 * one, device="cpu")
    for network in (cat, penguin, cat, tower):
        await cache.get(network)
    assert [network in cache for network in (cat, penguin, tower)] == [True, False, True]
    assert cache.bytes == 2 * one
    assert len(cache) == 2
    await cache.get(penguin)
    assert cat not in cache
    await cache.close()


async def test_the_last_one_is_kept_however_large(networks: list[StoredNetwork]) -> None:
    """A budget that is too small for one checkpoint still lets it draw."""
    cache = CheckpointCache(budget=1, device="cpu")
    await cache.get(networks[0])
    await cache.get(networks[1])
    assert [network in cache for network in networks[:2]] == [False, True]
    await cache.close()


async def test_who_gives_up_does_not_take_it_from_others(networks: list[StoredNetwork]) -> None:
    """A request that is cancelled while a checkpoint is loaded leaves it to those who still wait."""
    cache = CheckpointCache(budget=2**30, device="cpu")
    gone, stays = asyncio.create_task(cache.get(networks[0])), asyncio.create_task(cache.get(networks[0]))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).card == networks[0].card
    await cache.close()


async def test_what_cannot_be_loaded_is_said_and_tried_again(networks: list[StoredNetwork], tmp_path: Path) -> None:
    """A failure is that of whoever asked; once mended the checkpoint is loaded."""
    network = StoredNetwork(networks[0].card, tmp_path / "cat")
    cache = CheckpointCache(budget=2**30, device="cpu")
    with pytest.raises(Unloadable):
        await cache.get(network)
    network.folder.symlink_to(networks[0].folder)
    assert (await cache.get(network)).card == network.card
    await cache.close()
