"""Points a second of training, by `train` and by `pretrain`, on generated drawings."""

import tempfile
from pathlib import Path

import numpy as np
import torch

from benchmarks.gpu.size import Size
from model.network import Network, NetworkConfig
from training.data.collection import Collection
from training.data.corpus import Corpus
from training.loop.memory import keep_freed_memory
from training.loop.precision import allow_tf32
from training.loop.progress import Progress
from training.loop.recipe import Recipe
from training.loop.trainer import Trainer
from training.shared.network import SharedConfig, SharedNetwork
from training.shared.recipe import SharedRecipe
from training.shared.trainer import SharedTrainer

SUBJECTS = 345
MEDIAN_POINTS, SPREAD, LONGEST = 45, 0.35, 200  # of which lengths are log-normal: about those of Quick, Draw!
VALID = 256  # drawings to validate on, once


def training(size: Size) -> dict[str, object]:
    """Of the second of two runs: in the first, libraries choose their ways and memory is taken."""
    keep_freed_memory()
    allow_tf32(enabled=True)
    drawings = generated(size.batch * max(2, size.training_steps // 2))
    valid = generated(min(VALID, len(drawings)))
    found: dict[str, object] = {"hidden": size.hidden, "batch": size.batch, "mean_rows": float(drawings.lengths.mean())}
    for name, run in (("train", _train), ("pretrain", _pretrain)):
        run(size, drawings, valid)
        found[f"{name}_points_per_second"] = round(run(size, drawings, valid), 1)
    if size.device.type == "cuda":
        found["memory_gib"] = round(torch.cuda.max_memory_allocated(size.device) / 2**30, 2)
    return found


def generated(count: int) -> Corpus:
    """Drawings of random moves of whole pixels, of lengths as people's have them."""
    rng = np.random.default_rng(0)
    lengths = np.clip(MEDIAN_POINTS * np.exp(SPREAD * rng.normal(size=count)), 5, LONGEST - 1).astype(np.int64) + 1
    starts = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.zeros((starts[-1], 5), np.float32)
    rows[:, :2] = rng.normal(0, 35, (len(rows), 2)).round()
    lifts = rng.random(len(rows)) < 0.1
    rows[:, 2], rows[:, 3] = ~lifts, lifts
    rows[starts[1:] - 1] = (0, 0, 0, 0, 1)
    return Corpus(rows, starts, rng.integers(SUBJECTS, size=count))


def _train(size: Size, drawings: Corpus, valid: Corpus) -> float:
    recipe = Recipe(
        epochs=size.training_steps * size.batch / len(drawings),
        batch=size.batch,
        dropout=0.1,
        scale=0.1,
        validations=1,
        keep="last",
        save_seconds=1e9,
    )
    network = Network(NetworkConfig(hidden=size.hidden), torch.zeros(2), torch.full((2,), 35.0)).to(size.device)
    network.dropout = recipe.dropout
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(Path(folder) / "log.jsonl", quiet=True)
        run = Trainer(network, drawings, valid, recipe, Path(folder), progress).fit()
    return run.points / run.seconds


def _pretrain(size: Size, drawings: Corpus, valid: Corpus) -> float:
    recipe = SharedRecipe(steps=size.training_steps, batch=size.batch, validations=1, keep="last", save_seconds=1e9)
    half, quarter, eighth = (size.hidden // part for part in (2, 4, 8))  # as the network that the service draws with
    config = SharedConfig(SUBJECTS, size.hidden, embedding=quarter, latent=eighth, encoder=half)
    network = SharedNetwork(config, torch.zeros(2), torch.full((2,), 35.0)).to(size.device)
    network.dropout = recipe.dropout
    names = tuple(map(str, range(SUBJECTS)))
    collection = Collection(names, drawings, valid, real=len(drawings), extra=0)
    with tempfile.TemporaryDirectory() as folder:
        progress = Progress(Path(folder) / "log.jsonl", quiet=True)
        run = SharedTrainer(network, collection, recipe, Path(folder), progress).fit()
    return run.points / run.seconds
