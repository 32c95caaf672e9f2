"""Checkpoints in memory: loaded when they are first wanted, the least recently used let go beyond a budget."""

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import torch

from app.catalogue.catalogue import CatalogueEntry
from app.errors import Unloadable
from model.checkpoint import Checkpoint, load_checkpoint
from model.decode import draw
from model.errors import CheckpointError

log = logging.getLogger(__name__)

WARM_POINTS = 32  # enough steps for TorchScript to specialise its code, which it does in the first few calls


def size_of(checkpoint: Checkpoint) -> int:
    """Bytes of its weights; those of eight bits lie there in two packed forms too (`model.product`)."""
    return sum(
        tensor.numel() * tensor.element_size() * (3 if tensor.dtype == torch.int8 else 1)
        for _, tensor in checkpoint.module.named_buffers()
    )


def load(entry: CatalogueEntry, device: str) -> Checkpoint:
    """Load a checkpoint and draw by it, so that its first drawing is as fast as the next. Raises Unloadable."""
    try:
        checkpoint = load_checkpoint(entry.folder, device=device, sha256=entry.card.sha256)
    except CheckpointError as error:
        log.error("checkpoint %s cannot be loaded: %s", entry.folder.name, error)
        raise Unloadable(f"The checkpoint of {entry.card.category!r} cannot be loaded; the log says why.") from error
    card = checkpoint.card
    points = min(WARM_POINTS, card.max_points)
    draw(checkpoint.module, [0], temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=points, device=device)
    log.info("loaded checkpoint %s: %s by %s", entry.folder.name, card.category, card.system)
    return checkpoint


class CheckpointCache:
    """Loaded checkpoints, used in one event loop. Loading is done in a thread of its own, so nobody else waits.

    A drawing keeps its checkpoint while it is decoded, whether the cache still has it or not.
    """

    def __init__(self, *, budget: int, device: str) -> None:
        """`budget`: bytes of weights to keep; the checkpoint used last is kept even if it is larger."""
        self._budget = budget
        self._device = device
        self._loaded: OrderedDict[Path, Checkpoint] = OrderedDict()  # least recently used first
        self._loading: dict[Path, asyncio.Task[Checkpoint]] = {}
        self._loader = ThreadPoolExecutor(1, "loader", initializer=partial(torch.set_num_threads, 1))

    def __len__(self) -> int:
        return len(self._loaded)

    def __contains__(self, entry: CatalogueEntry) -> bool:
        return entry.folder in self._loaded

    @property
    def bytes(self) -> int:
        """Memory of the weights that are loaded."""
        return sum(map(size_of, self._loaded.values()))

    async def get(self, entry: CatalogueEntry) -> Checkpoint:
        """The checkpoint, loaded and warm. Raises Unloadable."""
        if entry.folder in self._loaded:
            self._loaded.move_to_end(entry.folder)
            return self._loaded[entry.folder]
        if entry.folder not in self._loading:
            self._loading[entry.folder] = asyncio.create_task(self._load(entry))
        return await asyncio.shield(self._loading[entry.folder])  # others may wait for it too

    async def close(self) -> None:
        """Wait for what is being loaded, and end the thread."""
        await asyncio.gather(*self._loading.values(), return_exceptions=True)
        self._loader.shutdown()

    async def _load(self, entry: CatalogueEntry) -> Checkpoint:
        try:
            loop = asyncio.get_running_loop()
            checkpoint = await loop.run_in_executor(self._loader, load, entry, self._device)
        finally:
            del self._loading[entry.folder]
        self._loaded[entry.folder] = checkpoint
        while len(self) > 1 and self.bytes > self._budget:
            folder, _ = self._loaded.popitem(last=False)
            log.info("let go of checkpoint %s: the memory budget is used up", folder.name)
        return checkpoint
