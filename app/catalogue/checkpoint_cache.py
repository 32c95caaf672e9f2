"""Checkpoints in memory: loaded when they are first wanted, the least recently used let go beyond a budget."""

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch

from app.catalogue.memory import give_back, size_of
from app.catalogue.subject import StoredNetwork
from app.errors import Unloadable
from model.alike.codes import can_encode, code_of
from model.checkpoint import Checkpoint, load_checkpoint
from model.device.graph import decoders_of
from model.device.lost import is_lost
from model.drawing import draw
from model.errors import CheckpointError
from model.strokes import END_ROW, START_ROW

log = logging.getLogger(__name__)

DOT = np.stack([START_ROW, END_ROW])
WARM_CODES = 3  # drawings that the encoder reads, for the same reason
WARM_TURNS = 4
WARM_POINTS = 32  # enough steps for TorchScript to specialise its code, which it does in the first few calls


def load(network: StoredNetwork, device: str) -> Checkpoint:
    """Load a network and draw by it, so that its first drawing is as fast as the next. Raises Unloadable."""
    try:
        checkpoint = load_checkpoint(network.folder, device=device, sha256=network.card.sha256)
        subject = network.card.subjects[0]
        points = min(WARM_POINTS, subject.max_points)
        draw(checkpoint, [0], temp_xy=subject.temp_xy, temp_p=subject.temp_p, max_points=points)
        warm_up(checkpoint)
        for _ in range(WARM_CODES if can_encode(checkpoint) else 0):
            code_of(checkpoint, 0, DOT)
    except (CheckpointError, RuntimeError) as error:  # PyTorch raises the latter where it cannot run what it loaded
        log.error("checkpoint %s cannot be loaded: %s", network.name, error)
        raise Unloadable(f"The checkpoint {network.name!r} cannot be loaded; the log says why.") from error
    log.info("loaded checkpoint %s: %s", network.name, network.card.system)
    return checkpoint


@torch.inference_mode()
def warm_up(checkpoint: Checkpoint) -> None:
    """Take some turns of a table, for the same reason: other code, though it draws by the same.

    On a GPU drawings have slots instead, whose kernels are compiled and captured.
    """
    if checkpoint.device.type == "cuda":
        decoders_of(checkpoint).warm_up()
        return
    table, numbers = checkpoint.begin([0, 0]), torch.full((2, 2, 4), 0.5, device=checkpoint.device)
    places, temperature = torch.arange(2, device=checkpoint.device), torch.ones(2, 2, device=checkpoint.device)
    for _ in range(WARM_TURNS):
        _, raw = checkpoint.tables.draw(table, places, temperature, numbers, [1, 2], [2, 1])
        checkpoint.tables.heaviest(raw, 1)


class CheckpointCache:
    """Loaded checkpoints, used in one event loop. Loading is done in a thread of its own, so nobody else waits.

    A drawing keeps its checkpoint while it is decoded, whether the cache still has it or not.
    """

    def __init__(self, *, budget: int, device: str) -> None:
        """`budget`: bytes of checkpoints to keep; the checkpoint used last is kept even if it is larger."""
        self._budget = budget
        self.device = device
        self._loaded: OrderedDict[Path, Checkpoint] = OrderedDict()  # least recently used first
        self._loading: dict[Path, asyncio.Task[Checkpoint]] = {}
        self.lost = False  # the device, for as long as this process lives
        self.failed: frozenset[Path] = frozenset()  # folders of the networks whose last loading failed
        self._loader = ThreadPoolExecutor(1, "loader", initializer=partial(torch.set_num_threads, 1))

    def __len__(self) -> int:
        return len(self._loaded)

    def __contains__(self, network: StoredNetwork) -> bool:
        return network.folder in self._loaded

    @property
    def bytes(self) -> int:
        """Memory of those that are loaded."""
        return sum(map(size_of, self._loaded.values()))

    def reserve(self, size: int) -> None:
        """Leave so many bytes of the budget to something else that is in memory."""
        self._budget -= size

    async def get(self, network: StoredNetwork) -> Checkpoint:
        """The checkpoint, loaded and warm. Raises Unloadable."""
        if network.folder in self._loaded:
            self._loaded.move_to_end(network.folder)
            return self._loaded[network.folder]
        if network.folder not in self._loading:
            self._loading[network.folder] = asyncio.create_task(self._load(network))
        return await asyncio.shield(self._loading[network.folder])  # others may wait for it too

    async def close(self) -> None:
        """Wait for what is being loaded, and end the thread."""
        await asyncio.gather(*self._loading.values(), return_exceptions=True)
        self._loader.shutdown()

    async def _load(self, network: StoredNetwork) -> Checkpoint:
        loop = asyncio.get_running_loop()
        try:
            checkpoint = await loop.run_in_executor(self._loader, load, network, self.device)
            self.failed -= {network.folder}
            self._loaded[network.folder] = checkpoint
            while len(self) > 1 and self.bytes > self._budget:
                folder, _ = self._loaded.popitem(last=False)
                log.info("let go of checkpoint %s: the memory budget is used up", folder.name)
            await loop.run_in_executor(self._loader, give_back)
        except Unloadable:
            self.failed |= {network.folder}
            self.lost = await loop.run_in_executor(self._loader, is_lost, torch.device(self.device))
            raise
        finally:
            del self._loading[network.folder]
        return checkpoint
