"""`python -m training pretrain`: one network for all categories, the start that each is fine-tuned from."""

import argparse
import logging
import os
from dataclasses import asdict
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError

from model.card import DataPart
from model.network import Network, NetworkConfig
from training import arguments
from training.collection import Collection, collect, files_by_category
from training.conditional import ConditionalNetwork
from training.errors import TrainingError
from training.loop import Recipe, Trainer
from training.memory import keep_freed_memory
from training.progress import Progress

log = logging.getLogger(__name__)
RECIPE = Recipe(epochs=3.5, batch=96, lr=2e-3, validations=12)
VALID_DRAWINGS = 5000  # of all categories together; more only cost time
FILE = "pretrained.pt"
PARTS = TypeAdapter(list[DataPart])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = f"Train one network on many categories; the result is {FILE} in the folder of --out."
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a file for each category")
    parser.add_argument("--extra-data", type=Path, metavar="DIR", help="more of the same categories, for training only")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--init-from", type=Path, metavar="FILE", help="a pretrained network of the same categories")
    arguments.add_system(parser)
    arguments.add_data(parser)
    arguments.add_recipe(parser, RECIPE)
    arguments.add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Pretrain as the arguments say."""
    torch.set_num_threads(args.threads)
    keep_freed_memory()
    recipe = arguments.recipe_of(args)
    files = files_by_category(args.data)
    extra = files_by_category(args.extra_data) if args.extra_data else {}
    collection = collect(files, extra, max_points=args.max_points, most_valid=VALID_DRAWINGS, skip_bad=args.skip_bad)
    torch.manual_seed(recipe.seed)
    network, earlier = _begin(args, collection)
    network.to(args.device)
    network.base.dropout = recipe.dropout
    state = args.state or args.out
    progress = Progress(state / "log.jsonl", quiet=args.quiet)
    outcome = Trainer(network, collection.train, collection.valid, recipe, state, progress, collection.names).fit()
    parts = arguments.part(args.credit, [args.data], collection.real)
    parts += arguments.part(args.extra_credit, [args.extra_data], collection.extra)
    parts += [part for part in earlier if part not in parts]
    save_pretrained(args.out / FILE, network, collection.names, parts)
    log.info("%s: %.3f nats on the validation split", args.out / FILE, outcome.best)
    return 0


def _begin(args: argparse.Namespace, collection: Collection) -> tuple[ConditionalNetwork, list[DataPart]]:
    """The network to start from and what it had been trained on before."""
    system, config = arguments.system_of(args)
    if config != NetworkConfig(config.hidden, config.mixtures) or not config.mixtures:
        raise TrainingError(f"one network for many categories is an LSTM of one layer with a mixture, not {system}")
    if args.init_from is None:
        mean, std = (torch.from_numpy(moment) for moment in collection.train.offset_moments())
        return ConditionalNetwork(config, len(collection.names), mean, std), []
    network, names, parts = load_pretrained(args.init_from)
    if tuple(names) != collection.names or network.config != config:
        raise TrainingError(f"{args.init_from} is of other categories, or not of the system {system}")
    return network, parts


def save_pretrained(path: Path, network: ConditionalNetwork, names: tuple[str, ...], parts: list[DataPart]) -> None:
    """Write a pretrained network with its categories' names and what it was trained on, whole or not at all.

    Matrices are stored in float16, as in a checkpoint.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    weights = {
        name: value.cpu().half() if value.dim() == 2 else value.cpu() for name, value in network.state_dict().items()
    }
    content = {"config": asdict(network.config), "names": list(names), "weights": weights}
    torch.save({**content, "data": PARTS.dump_python(parts)}, temporary)
    temporary.replace(path)


def load_pretrained(path: Path) -> tuple[ConditionalNetwork, list[str], list[DataPart]]:
    """(network, names of its categories, what it was trained on). Raises TrainingError when it is none."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        network = ConditionalNetwork(
            NetworkConfig(**saved["config"]), len(saved["names"]), torch.zeros(2), torch.ones(2)
        )
        network.load_state_dict({name: value.float() for name, value in saved["weights"].items()})
        return network, list(saved["names"]), PARTS.validate_python(saved["data"])
    except (OSError, KeyError, RuntimeError, TypeError, ValueError, ValidationError) as error:
        raise TrainingError(f"{path} is not a pretrained network: {error}") from error


def start_from(path: Path, category: str) -> tuple[Network, list[DataPart]]:
    """The plain network of one category, of the mean category when it is not among those seen, and its data."""
    network, names, parts = load_pretrained(path)
    if category in names:
        return network.fold(names.index(category)), parts
    log.warning("%s has not seen %r: starting from the mean of its %d categories", path, category, len(names))
    return network.fold_mean(), parts
