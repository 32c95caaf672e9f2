import asyncio
from pathlib import Path

import pytest

from app.catalogue import checkpoint_cache as shelf_module
from app.catalogue.catalogue import Entry, read_catalogue
from app.catalogue.checkpoint_cache import Shelf, size_of
from app.errors import Unloadable
from model.checkpoint import Checkpoint, load_checkpoint

pytestmark = pytest.mark.anyio


@pytest.fixture
def entries(checkpoints: Path) -> list[Entry]:
    return read_catalogue(checkpoints).entries()


async def test_a_checkpoint_is_loaded_once(entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it, together or later, gets the same one."""
    loads: list[Entry] = []
    load = shelf_module.load

    def counted(entry: Entry, device: str) -> Checkpoint:
        loads.append(entry)
        return load(entry, device)

    monkeypatch.setattr(shelf_module, "load", counted)
    shelf = Shelf(budget=2**30, device="cpu")
    first, second = await asyncio.gather(shelf.get(entries[0]), shelf.get(entries[0]))
    assert first is second is await shelf.get(entries[0])
    assert loads == [entries[0]]
    await shelf.close()


async def test_the_least_recently_used_is_let_go(entries: list[Entry]) -> None:
    """Beyond the budget what was not used for longest goes."""
    cat, penguin, tower = entries[:3]
    one = size_of(load_checkpoint(cat.folder))
    shelf = Shelf(budget=2 * one, device="cpu")
    for entry in (cat, penguin, cat, tower):
        await shelf.get(entry)
    assert [entry in shelf for entry in (cat, penguin, tower)] == [True, False, True]
    assert shelf.bytes == 2 * one
    assert len(shelf) == 2
    await shelf.get(penguin)
    assert cat not in shelf
    await shelf.close()


async def test_the_last_one_is_kept_however_large(entries: list[Entry]) -> None:
    """A budget that is too small for one checkpoint still lets it draw."""
    shelf = Shelf(budget=1, device="cpu")
    await shelf.get(entries[0])
    await shelf.get(entries[1])
    assert [entry in shelf for entry in entries[:2]] == [False, True]
    await shelf.close()


async def test_who_gives_up_does_not_take_it_from_others(entries: list[Entry]) -> None:
    """A request that is cancelled while a checkpoint is loaded leaves it to those who still wait."""
    shelf = Shelf(budget=2**30, device="cpu")
    gone, stays = asyncio.create_task(shelf.get(entries[0])), asyncio.create_task(shelf.get(entries[0]))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).card == entries[0].card
    await shelf.close()


async def test_what_cannot_be_loaded_is_said_and_tried_again(entries: list[Entry], tmp_path: Path) -> None:
    """A failure is that of whoever asked; once mended the checkpoint is loaded."""
    entry = Entry(entries[0].card, tmp_path / "cat")
    shelf = Shelf(budget=2**30, device="cpu")
    with pytest.raises(Unloadable):
        await shelf.get(entry)
    entry.folder.symlink_to(entries[0].folder)
    assert (await shelf.get(entry)).card == entry.card
    await shelf.close()
