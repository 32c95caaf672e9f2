"""One network for all categories: the start that every category is fine-tuned from."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from model.network import Network, NetworkConfig
from training.conditional import ConditionalNetwork
from training.corpus import Corpus
from training.errors import DataError, TrainingError
from training.loop import Recipe, Run, Trainer
from training.ndjson import Sketch, read_ndjson
from training.progress import Progress
from training.split import Split, split_of

log = logging.getLogger(__name__)
VALID_DRAWINGS = 4000  # of all categories together; more only cost time


@dataclass(frozen=True)
class Collection:
    """Drawings of many categories, split: the categories' names in order of their numbers."""

    names: tuple[str, ...]
    train: Corpus
    valid: Corpus


def data_files(folder: Path) -> list[Path]:
    """The ndjson files of a folder, plain or gzip, in order. Raises DataError when there are none."""
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".ndjson", ".ndjson.gz")))
    if not files:
        raise DataError(f"{folder} holds no .ndjson or .ndjson.gz file")
    return files


def category_of(path: Path) -> str:
    """The category that a file of drawings is named after."""
    return path.name.removesuffix(".gz").removesuffix(".ndjson")


def collect(files: Sequence[Path], extra: Sequence[Path], max_points: int, *, skip_bad: bool = False) -> Collection:
    """Training and validation splits of one category a file; `extra` files are added to training alone.

    An extra file of a category that `files` lacks is passed over: nothing real could judge it.
    """
    names = tuple(category_of(path) for path in files)
    drawings: dict[Split, list[Any]] = {"train": [], "valid": [], "test": []}
    numbers: dict[Split, list[int]] = {"train": [], "valid": [], "test": []}

    def add(number: int, sketch: Sketch, split: Split) -> None:
        if len(sketch.stroke5) <= max_points:
            drawings[split].append(sketch.stroke5)
            numbers[split].append(number)

    for number, path in enumerate(files):
        for sketch in read_ndjson(path, skip_bad=skip_bad):
            add(number, sketch, split_of(sketch.stroke5))
    for path in extra:
        if category_of(path) in names:
            for sketch in read_ndjson(path, skip_bad=skip_bad):
                add(names.index(category_of(path)), sketch, "train")
    stride = max(1, len(drawings["valid"]) // VALID_DRAWINGS)
    return Collection(
        names,
        Corpus.of(drawings["train"], numbers["train"]),
        Corpus.of(drawings["valid"][::stride], numbers["valid"][::stride]),
    )


def pretrain(
    collection: Collection, config: NetworkConfig, recipe: Recipe, folder: Path, progress: Progress, device: str
) -> Run:
    """Train one conditional network; the result is `folder`/pretrained.pt, the state of the run lies beside it."""
    torch.manual_seed(recipe.seed)
    mean, std = (torch.from_numpy(moment) for moment in collection.train.offset_moments())
    network = ConditionalNetwork(config, len(collection.names), mean, std).to(device)
    network.base.dropout = recipe.dropout
    run = Trainer(network, collection.train, collection.valid, recipe, folder, progress).fit()
    weights = {name: value.cpu() for name, value in network.state_dict().items()}
    torch.save({"config": asdict(config), "names": collection.names, "weights": weights}, folder / "pretrained.tmp")
    (folder / "pretrained.tmp").replace(folder / "pretrained.pt")
    return run


def start_from(path: Path, category: str) -> Network:
    """The plain network of one category from a pretrained one; of the mean category when it has not seen it."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        config, names = NetworkConfig(**saved["config"]), list(saved["names"])
        network = ConditionalNetwork(config, len(names), torch.zeros(2), torch.ones(2))
        network.load_state_dict(saved["weights"])
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        raise TrainingError(f"{path} is not a pretrained network: {error}") from error
    if category not in names:
        log.warning("the pretrained network has not seen %r: starting from the mean of all categories", category)
        return network.fold_mean()
    return network.fold(names.index(category))
