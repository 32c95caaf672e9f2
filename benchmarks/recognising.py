"""Milliseconds in which a recogniser judges a drawing, by itself and beside others, on one thread."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor

from benchmarks.options import Options
from benchmarks.timing import interleaved
from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.recogniser import Recogniser
from model.strokes import from_polylines

CATEGORIES = 345
STROKES, POINTS = 5, 9  # of a drawing: the median of people's
LONG = 10_000  # points of the longest that the service takes
BATCH = 32


def recognising(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document. The weights are random: their time is the same."""
    recogniser = Recogniser(
        InferenceNetwork(RecogniserNetwork(Shape(CATEGORIES))), [str(i) for i in range(CATEGORIES)], ""
    )
    batches = {"one": _scribbles(1, POINTS), "batch": _scribbles(BATCH, POINTS), "long": _scribbles(1, LONG // STROKES)}
    judged: dict[str, Callable[[], None]] = {
        name: partial(_judge, recogniser, drawings) for name, drawings in batches.items()
    }
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = interleaved(judged, repeats=max(20, options.repeats))
    finally:
        torch.set_num_threads(threads)
    one, each, long = (1000 * seconds[name] / len(batches[name]) for name in batches)
    print(
        f"one drawing {one:.2f} ms, each of {BATCH} {each:.2f} ms, one of {LONG:,} points {long:.2f} ms\n", flush=True
    )
    return {
        "recognise_ms": round(one, 3),
        "recognise_batch_ms": round(each, 3),
        "recognise_long_ms": round(long, 3),
    }


def _judge(recogniser: Recogniser, drawings: list[Tensor]) -> None:
    recogniser.log_probabilities(drawings)


def _scribbles(count: int, points: int) -> list[Tensor]:
    rng = np.random.default_rng(0)
    strokes = [[10 * rng.normal(size=(points, 2)).cumsum(axis=0) for _ in range(STROKES)] for _ in range(count)]
    return [torch.from_numpy(from_polylines(lines)) for lines in strokes]
