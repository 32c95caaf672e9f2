"""Points a second of our networks, by `advance` and as a graph, beside a plain loop of the same width."""

import time
from collections.abc import Callable, Sequence
from statistics import median

import numpy as np
import torch

from benchmarks.advance import advancing
from benchmarks.gpu.plain import PlainLoop, captured
from benchmarks.gpu.size import Size
from model.checkpoint import Checkpoint, load_checkpoint
from model.density.noise import noise
from model.device.graph import GraphDecoder, enough, step_of
from model.device.slots import MOST
from model.drawing import CHUNK

Call = tuple[Callable[[], None], int]  # and the points that it makes


def decoding(size: Size) -> dict[str, object]:
    """By network and number of drawings: points a second of each way, and the graph's share of the plain loop's."""
    found: dict[str, object] = {}
    for name in size.networks:
        checkpoint = size.checkpoint(name)
        found[name] = {
            "hidden": checkpoint.card.hidden,
            "subjects": len(checkpoint.card.subjects),
            "same_drawings": same(checkpoint, size.compared),
            **{str(n): rates(checkpoint, n, size) for n in size.batches},
        }
    return found


def rates(checkpoint: Checkpoint, n: int, size: Size) -> dict[str, float]:
    """Of n drawings, of as many subjects as there are."""
    subjects = _subjects(checkpoint, n)
    loop = PlainLoop(checkpoint.card.hidden, n, size.device)
    chunks, decoder = max(1, size.steps // CHUNK), _decoder(checkpoint, subjects)
    ways: dict[str, Call] = {
        "advance": (advancing(checkpoint, subjects, chunks), n * chunks * CHUNK),
        "graph": (lambda: _discard(decoder.draw(size.steps).rows()), n * size.steps),
        "plain": (captured(loop.run, size.device), loop.points),
    }
    seconds = size.seconds / 4 / len(ways)
    taken = [{way: _rate(*call, size.device, seconds) for way, call in ways.items()} for _ in range(size.rounds)]
    found = {way: round(median(turn[way] for turn in taken), 1) for way in ways}
    return found | {"share": round(found["graph"] / found["plain"], 3)}


@torch.inference_mode()
def same(checkpoint: Checkpoint, n: int) -> float:
    """The share of n drawings whose first rows are those of the CPU, bit for bit."""
    there = load_checkpoint(checkpoint.folder)
    subjects = _subjects(checkpoint, n)
    decoder = _decoder(checkpoint, subjects)
    wanted, _ = there.module.advance(
        there.begin(subjects), torch.ones(n, 2), torch.from_numpy(noise(range(n), 0, MOST))
    )
    found = torch.from_numpy(decoder.draw(MOST).rows()[:n])
    return float((found == wanted.transpose(0, 1)).all(2).all(1).double().mean())


def _subjects(checkpoint: Checkpoint, n: int) -> list[int]:
    """As many as there are, in turn."""
    return [number % len(checkpoint.card.subjects) for number in range(n)]


@torch.inference_mode()
def _decoder(checkpoint: Checkpoint, subjects: Sequence[int]) -> GraphDecoder:
    """Drawings in their slots, as the service has them on a GPU."""
    n = len(subjects)
    decoder = GraphDecoder(step_of(checkpoint), enough(n))
    decoder.put(range(n), checkpoint.begin(subjects))
    decoder.orders.seed[:n] = range(n)
    decoder.orders.stop[:n] = np.iinfo(np.int64).max
    decoder.warm_up()
    return decoder


def _discard(_: object) -> None:
    pass


def _rate(call: Callable[[], None], points: int, device: torch.device, seconds: float) -> float:
    """Points a second, of calls for about so long after a first one that does not count."""
    call()
    _finish(device)
    calls, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        call()
        _finish(device)
        calls += 1
    return calls * points / (time.perf_counter() - began)


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
