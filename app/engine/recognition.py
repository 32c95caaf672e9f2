"""The one thread that recognises drawings. Those that wait at the same time are a batch, up to a bound."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from app.catalogue.recogniser import LoadedRecogniser
from app.engine.metrics import Metrics
from app.errors import DecodingFailed, NoRecogniser, QueueFull, ShuttingDown, TooLate
from model.errors import CheckpointError
from model.names import match_key
from model.recogniser.lines import DOT, visible
from model.recogniser.recogniser import Recogniser
from model.strokes import Array

log = logging.getLogger(__name__)

BATCH = 32  # drawings: a batch of so many takes about as long as a turn of the engine
WARM = 2  # calls after which TorchScript has made of a network what it runs from then on
Scores = NDArray[np.float32]  # [n, names]: natural logarithms of probabilities


@dataclass(eq=False, slots=True)
class _Ask:
    """Drawings that somebody wants to have recognised, at most a batch of them."""

    drawings: Sequence[Array]
    answer: asyncio.Future[Scores]


class Recognition:
    """Recognises what drawings show, used in one event loop. `open` it first; without a recogniser it says so.

    Spare drawings, which nobody waits for, are recognised when no others wait.
    """

    def __init__(self, places: int, deadline: float, metrics: Metrics) -> None:
        """`places`: drawings that may wait. `deadline`: seconds after which one is given up."""
        self._places = places
        self._deadline = deadline
        self._metrics = metrics
        self._thread = ThreadPoolExecutor(1, "recogniser", initializer=partial(torch.set_num_threads, 1))
        self._asks: deque[_Ask] = deque()
        self._spare: deque[_Ask] = deque()
        self._task: asyncio.Task[None] | None = None
        self._loaded: LoadedRecogniser | None = None
        self._columns: dict[str, int] = {}  # match key of a name -> its number
        self._lack = "it is not loaded yet"
        self._closed = False

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open" if self._loaded else "empty"
        return f"<Recognition {state}, {self.waiting} waiting, {sum(map(_size, self._spare))} spare>"

    @property
    def waiting(self) -> int:
        """Drawings that somebody waits for and that are not yet on the thread."""
        return sum(map(_size, self._asks))

    @property
    def bytes(self) -> int:
        """Memory of the recogniser."""
        return 0 if self._loaded is None else self._loaded.bytes

    @property
    def hash(self) -> str:
        """What the recogniser is known by; empty where there is none."""
        return "" if self._loaded is None else self._loaded.recogniser.hash

    async def open(self, read: Callable[[], LoadedRecogniser]) -> None:
        """Load the recogniser in its thread, and let it recognise a dot, so that the first drawing is quick.

        Raises nothing: the log, and who asks for guesses later, is told what is missing.
        """
        try:
            self._loaded = await asyncio.get_running_loop().run_in_executor(self._thread, warmed, read)
        except (CheckpointError, RuntimeError) as error:  # PyTorch raises the latter where it cannot run what it loaded
            self._lack = str(error)
            log.warning("no recogniser: %s", error)
            return
        self._columns = {match_key(name): i for i, name in enumerate(self._loaded.recogniser.names)}
        log.info("loaded the recogniser: it knows %d names", len(self._columns))

    def recogniser(self) -> Recogniser:
        """The recogniser. Raises NoRecogniser."""
        if self._loaded is None:
            raise NoRecogniser(f"This service has no recogniser: {self._lack}.")
        return self._loaded.recogniser

    def column(self, name: str) -> int | None:
        """The number of a category among the names that the recogniser knows; None where it knows it not."""
        return self._columns.get(match_key(name))

    async def scores(self, drawings: Sequence[Array], *, spare: bool = False) -> Scores:
        """Log-probabilities [n, names] of drawings [T, 5], in any scale.

        Raises NoRecogniser, QueueFull, TooLate, DecodingFailed or ShuttingDown.
        """
        self.recogniser()
        if self._closed:
            raise ShuttingDown("The service is shutting down.")
        if not spare and self.waiting + len(drawings) > self._places:
            raise QueueFull(f"{self.waiting} drawings wait to be recognised, and there is no room for {len(drawings)}.")
        future = asyncio.get_running_loop().create_future
        asks = [_Ask(drawings[i : i + BATCH], future()) for i in range(0, len(drawings), BATCH)]
        begun = time.monotonic()
        line = self._spare if spare else self._asks
        line.extend(asks)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            async with asyncio.timeout(None if spare else self._deadline):
                parts = await asyncio.gather(*(ask.answer for ask in asks))
        except TimeoutError:
            raise TooLate(f"The drawings were not recognised within {self._deadline:g} seconds.") from None
        finally:
            for ask in asks:
                ask.answer.cancel()
                if ask in line:  # else it left already; `remove` would then write out its drawings, to say so
                    line.remove(ask)
        self._metrics.recognition.observe(time.monotonic() - begun)
        return np.concatenate(parts)

    async def close(self) -> None:
        """End the thread; who waits is told that the service stops."""
        self._closed = True
        for ask in (*self._asks, *self._spare):
            if not ask.answer.done():
                ask.answer.set_exception(ShuttingDown("The service is shutting down."))
        self._asks.clear()
        self._spare.clear()
        if self._task is not None:
            await self._task
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self) -> None:
        """Recognise batch after batch until nothing waits."""
        while self._asks or self._spare:
            batch = self._take(self._asks or self._spare)
            drawings = [drawing for ask in batch for drawing in ask.drawings]
            work = partial(_recognise, self.recogniser(), drawings)
            try:
                found = await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except Exception:  # whatever the network raises: who waits is told, and the next batch is tried
                log.exception("drawings could not be recognised")
                _fail(batch)
                continue
            self._metrics.recognised.inc(len(drawings))
            first = 0
            for ask in batch:
                if not ask.answer.done():
                    ask.answer.set_result(found[first : first + len(ask.drawings)])
                first += len(ask.drawings)

    def _take(self, line: deque[_Ask]) -> list[_Ask]:
        """The next batch of a line."""
        batch = [line.popleft()]
        room = BATCH - _size(batch[0])
        while line and _size(line[0]) <= room:
            room -= _size(line[0])
            batch.append(line.popleft())
        return batch


def _fail(batch: Sequence[_Ask]) -> None:
    for ask in batch:
        if not ask.answer.done():
            ask.answer.set_exception(DecodingFailed("The recogniser failed; the log says why."))


def _size(ask: _Ask) -> int:
    return len(ask.drawings)


def warmed(read: Callable[[], LoadedRecogniser]) -> LoadedRecogniser:
    """The recogniser that `read` loads, once it is quick. Raises what `read` does, and RuntimeError."""
    loaded = read()
    for _ in range(WARM):
        _recognise(loaded.recogniser, [DOT])
    return loaded


def _recognise(recogniser: Recogniser, drawings: Sequence[Array]) -> Scores:
    with torch.inference_mode():
        rows = [torch.from_numpy(visible(drawing)) for drawing in drawings]
        found: Scores = recogniser.log_probabilities(rows).numpy()
    return found
