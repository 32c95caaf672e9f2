"""Points per second of training, beside the article's recipe and the matrix products alone.

A point is a real move of a drawing: padding counts for nobody. Ours is the `Trainer` of `training.loop` as `train` runs
it, the making of batches included, validation and saving left out. All three see drawings of the same set in batches of
the same size, and take turns, each in a process of its own: what `train` sets for its process is no help to the others.
"""

import itertools
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
import torch

from benchmarks.article_training import ArticleTraining
from benchmarks.options import Options
from model.network import Network, NetworkConfig
from model.strokes import END_ROW, Array
from training.arguments import MAX_POINTS
from training.data.collection import collect
from training.data.corpus import Corpus, batches
from training.loop.memory import keep_freed_memory
from training.loop.progress import Progress
from training.loop.recipe import Recipe
from training.loop.trainer import Trainer

BATCH = 64
STEPS = 32  # of ours in a turn: it begins a run each time, whose first step is slow
ARTICLE_STEPS = 6  # they are long
GENERATED = 1000  # drawings, where no file is given
MEDIAN_POINTS, SPREAD = 50, 0.35  # of which lengths are log-normal: about those of faces

Turn = Callable[[], tuple[int, float]]  # (points, seconds)
Kind = Callable[[Corpus, int, Options], Turn]


def training(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document: at the options' H, and at a quarter of it."""
    corpus = _corpus(options.drawings)
    figures: dict[str, object] = {
        "training_drawings": {
            "source": options.drawings.name if options.drawings else "generated",
            "count": len(corpus),
            "mean_rows": round(float(corpus.lengths.mean()), 1),
            "longest": int(corpus.lengths.max()),
        }
    }
    print(f"{'H':>6} {'ours':>10} {'article':>10} {'times':>8} {'products':>10} {'of them':>8}   points per second")
    with ExitStack() as processes:
        alone: dict[Kind, Executor] = {
            kind: processes.enter_context(ProcessPoolExecutor(1, get_context("spawn")))
            for kind in (_ours, _article, _products)
        }
        for hidden in (options.hidden, options.hidden // 4):
            found = measure(hidden, options, alone)
            figures["training_points_per_second" + ("" if hidden == options.hidden else f"_h{hidden}")] = found
            ours, article, ratio, products, share = found.values()
            print(
                f"{hidden:>6} {ours:>10,.0f} {article:>10,.0f} {ratio:>8.1f} {products:>10,.0f} {share:>8.0%}",
                flush=True,
            )
    print()
    return figures


def measure(hidden: int, options: Options, alone: Mapping[Kind, Executor]) -> dict[str, float]:
    """Medians over the rounds: points per second of each, ours as a multiple of the article's and of the products'.

    `alone`: the process of each.
    """
    rates = [
        [process.submit(rate, kind, hidden, options).result() for kind, process in alone.items()]
        for _ in range(1 + max(1, options.repeats // 5))  # a turn is long
    ]
    del rates[0]  # the first round is slow
    ours, article, products = (median(column) for column in zip(*rates, strict=True))
    return {
        "ours": round(ours, 1),
        "article": round(article, 1),
        "ratio": round(median(mine / theirs for mine, theirs, _ in rates), 2),
        "products": round(products, 1),
        "share": round(median(mine / limit for mine, _, limit in rates), 3),
    }


def rate(kind: Kind, hidden: int, options: Options) -> float:
    """Points per second of one turn, in the process that calls it."""
    points, seconds = _turn(kind, hidden, options)()
    return points / seconds


@cache
def _turn(kind: Kind, hidden: int, options: Options) -> Turn:
    torch.set_num_threads(options.threads)
    return kind(_corpus(options.drawings), hidden, options)


def _corpus(path: Path | None) -> Corpus:
    if path is not None:
        return collect({path.name: [path]}, {}, max_points=MAX_POINTS).train
    rng = np.random.default_rng(0)
    lengths = np.clip(MEDIAN_POINTS * np.exp(SPREAD * rng.normal(size=GENERATED)), 5, MAX_POINTS - 1)
    return Corpus.of([_generated(int(length), rng) for length in lengths])


def _generated(points: int, rng: np.random.Generator) -> Array:
    rows = np.zeros((points + 1, 5), np.float32)
    rows[:-1, :2] = rng.normal(0, 35, (points, 2))
    lifts = rng.random(points) < 0.1
    rows[:-1, 2], rows[:-1, 3] = ~lifts, lifts
    rows[-1] = END_ROW
    return rows


def _ours(corpus: Corpus, hidden: int, options: Options) -> Turn:
    keep_freed_memory()  # as `train` does
    some = Corpus.of([corpus.drawing(0)])
    per_epoch = -(-len(corpus) // BATCH)
    seeds = itertools.count()

    def turn() -> tuple[int, float]:
        recipe = Recipe(epochs=STEPS / per_epoch, batch=BATCH, validations=1, keep="last", seed=next(seeds))
        mean, std = (torch.from_numpy(moment) for moment in corpus.offset_moments())
        network = Network(NetworkConfig(hidden=hidden), mean, std).to(options.device)
        with tempfile.TemporaryDirectory() as folder:
            progress = Progress(Path(folder) / "log.jsonl", quiet=True)
            run = Trainer(network, corpus, some, recipe, Path(folder), progress).fit()
        return run.points, run.seconds

    return turn


def _article(corpus: Corpus, hidden: int, options: Options) -> Turn:
    trained = ArticleTraining(corpus, hidden, NetworkConfig().mixtures, options.device)
    rng = np.random.default_rng(0)

    def turn() -> tuple[int, float]:
        started = time.perf_counter()
        points = sum(trained.step(rng.permutation(len(corpus))[:BATCH]) for _ in range(ARTICLE_STEPS))
        _finish(options.device)
        return points, time.perf_counter() - started

    return turn


def _products(corpus: Corpus, hidden: int, options: Options) -> Turn:
    """The products of a step and of its gradients, in the type of ours, on batches as ours has them."""
    outputs = 6 * NetworkConfig().mixtures + 3
    seeds = itertools.count()

    def some(*shape: int) -> torch.Tensor:
        kind = torch.bfloat16 if Recipe().bfloat16 else torch.float32
        return torch.full(shape, 0.01, dtype=kind, device=options.device)

    recurrent, head, read = some(4 * hidden, hidden), some(outputs, hidden), some(4 * hidden, 5)

    def turn() -> tuple[int, float]:
        drawn = list(itertools.islice(batches(corpus, BATCH, np.random.default_rng(next(seeds))), STEPS))
        shapes = [(len(which), int(corpus.lengths[which].max())) for which in drawn]
        started = time.perf_counter()
        for n, steps in shapes:
            h, gates = some(n, hidden), some(n, 4 * hidden)
            for _ in range(steps):
                torch.mm(h, recurrent.t())
                torch.mm(gates, recurrent)
            states, many, raw, rows = (
                some(n * steps, hidden),
                some(n * steps, 4 * hidden),
                some(n * steps, outputs),
                some(n * steps, 5),
            )
            for left, right in ((rows, read.t()), (states, head.t()), (raw, head)):
                torch.mm(left, right)
            for left, right in ((many, states), (many, rows), (raw, states)):
                torch.mm(left.t(), right)
        _finish(options.device)
        return sum(int((corpus.lengths[which] - 1).sum()) for which in drawn), time.perf_counter() - started

    return turn


def _finish(device: torch.device) -> None:
    """Wait for what a GPU has still to do."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
