"""`python -m training pretrain`: one network for all categories, the start that each is fine-tuned from."""

import argparse
import logging
from pathlib import Path

import torch

from model.card import DataPart
from model.network import NetworkConfig
from training import arguments
from training.data.collection import Collection, collect, files_by_category
from training.errors import TrainingError
from training.loop.conditional import ConditionalNetwork
from training.loop.memory import keep_freed_memory
from training.loop.pretrained import FILE, load_pretrained, save_pretrained
from training.loop.progress import Progress
from training.loop.trainer import Recipe, Trainer

log = logging.getLogger(__name__)
RECIPE = Recipe(epochs=3.5, batch=96, lr=2e-3, validations=12)
VALID_DRAWINGS = 5000  # of all categories together; more only cost time


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
        raise TrainingError(f"one network for many categories is an LSTM with a mixture, not {system}")
    if args.init_from is None:
        mean, std = (torch.from_numpy(moment) for moment in collection.train.offset_moments())
        return ConditionalNetwork(config, len(collection.names), mean, std), []
    network, names, parts = load_pretrained(args.init_from)
    if tuple(names) != collection.names or network.config != config:
        raise TrainingError(f"{args.init_from} is of other categories, or not of the system {system}")
    return network, parts
