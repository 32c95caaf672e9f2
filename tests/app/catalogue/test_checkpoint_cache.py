import asyncio
from pathlib import Path

import pytest

from app.catalogue import checkpoint_cache as cache_module
from app.catalogue.catalogue import CatalogueEntry, read_catalogue
from app.catalogue.checkpoint_cache import CheckpointCache, size_of
from app.errors import Unloadable
from model.checkpoint import Checkpoint, load_checkpoint

pytestmark = pytest.mark.anyio


@pytest.fixture
def entries(checkpoints: Path) -> list[CatalogueEntry]:
    return read_catalogue(checkpoints).entries()


async def test_a_checkpoint_is_loaded_once(entries: list[CatalogueEntry], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it, together or later, gets the same one."""
    loads: list[CatalogueEntry] = []
    load = cache_module.load

    def counted(entry: CatalogueEntry, device: str) -> Checkpoint:
        loads.append(entry)
        return load(entry, device)

    monkeypatch.setattr(cache_module, "load", counted)
    cache = CheckpointCache(budget=2**30, device="cpu")
    first, second = await asyncio.gather(cache.get(entries[0]), cache.get(entries[0]))
    assert first is second is await cache.get(entries[0])
    assert loads == [entries[0]]
    await cache.close()


async def test_the_least_recently_used_is_let_go(entries: list[CatalogueEntry]) -> None:
    """Beyond the budget what was not used for longest goes."""
    cat, penguin, tower = entries[:3]
    one = size_of(load_checkpoint(cat.folder))
    cache = CheckpointCache(budget=2 * one, device="cpu")
    for entry in (cat, penguin, cat, tower):
        await cache.get(entry)
    assert [entry in cache for entry in (cat, penguin, tower)] == [True, False, True]
    assert cache.bytes == 2 * one
    assert len(cache) == 2
    await cache.get(penguin)
    assert cat not in cache
    await cache.close()


async def test_the_last_one_is_kept_however_large(entries: list[CatalogueEntry]) -> None:
    """A budget that is too small for one checkpoint still lets it draw."""
    cache = CheckpointCache(budget=1, device="cpu")
    await cache.get(entries[0])
    await cache.get(entries[1])
    assert [entry in cache for entry in entries[:2]] == [False, True]
    await cache.close()


async def test_who_gives_up_does_not_take_it_from_others(entries: list[CatalogueEntry]) -> None:
    """A request that is cancelled while a checkpoint is loaded leaves it to those who still wait."""
    cache = CheckpointCache(budget=2**30, device="cpu")
    gone, stays = asyncio.create_task(cache.get(entries[0])), asyncio.create_task(cache.get(entries[0]))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).card == entries[0].card
    await cache.close()


async def test_what_cannot_be_loaded_is_said_and_tried_again(entries: list[CatalogueEntry], tmp_path: Path) -> None:
    """A failure is that of whoever asked; once mended the checkpoint is loaded."""
    entry = CatalogueEntry(entries[0].card, tmp_path / "cat")
    cache = CheckpointCache(budget=2**30, device="cpu")
    with pytest.raises(Unloadable):
        await cache.get(entry)
    entry.folder.symlink_to(entries[0].folder)
    assert (await cache.get(entry)).card == entry.card
    await cache.close()
