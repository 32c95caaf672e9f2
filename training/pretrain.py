"""`python -m training pretrain`: one network that draws many categories, on one device."""

import argparse
import dataclasses
import logging
from pathlib import Path

import torch

from model.card import DataPart
from model.names import match_key
from training import arguments, values
from training.convert import provenance
from training.convert.first_card import card_of
from training.convert.writable import check_folder, checked_card
from training.data.collection import Collection, collect, files_by_category
from training.data.packed import is_packed, read_packed
from training.errors import TrainingError
from training.loop.alone import alone
from training.loop.memory import keep_freed_memory
from training.loop.precision import allow_tf32
from training.loop.progress import Progress
from training.shared.categories import factors_of, numbers_of, renumbered
from training.shared.file import FILE, hash_of, load_shared, save_shared
from training.shared.network import SharedConfig, SharedNetwork
from training.shared.recipe import SharedRecipe
from training.shared.sampling import steps_for
from training.shared.trainer import SharedRun, SharedTrainer

log = logging.getLogger(__name__)
VALID_DRAWINGS = 5000  # of all categories together; more only cost time
SHAPE = SharedConfig(subjects=1)
RECIPE = SharedRecipe()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = f"Train one network that draws many categories; the result is {FILE} in the folder of --out."
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="a file for each category, or what `pack` wrote"
    )
    parser.add_argument("--extra-data", type=Path, metavar="DIR", help="sampled drawings of them, for training only")
    parser.add_argument("--leave-out", nargs="+", default=[], metavar="NAME", help="sampled categories to leave out")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the network goes")
    parser.add_argument("--init-from", type=Path, metavar="FILE", help=f"a {FILE} that knows these categories")
    arguments.add_data(parser)
    _add_shape(parser)
    _add_recipe(parser)
    arguments.add_machine(parser)


def _add_shape(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("network", "what --init-from does not say")
    group.add_argument("--hidden", type=values.width, metavar="H", help=f"hidden units (default: {SHAPE.hidden})")
    group.add_argument("--mixtures", type=values.width, metavar="K", help=f"components (default: {SHAPE.mixtures})")
    for name, told in (
        ("embedding", "numbers that the LSTM reads"),
        ("latent", "numbers of a latent code"),
        ("encoder", "hidden units of the encoder, each way"),
        ("kind", "numbers by which the encoder is told the category"),
    ):
        default = getattr(SHAPE, name)
        group.add_argument(f"--{name}", type=values.width, metavar="N", help=f"{told} (default: {default})")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("recipe")
    length = group.add_mutually_exclusive_group()
    length.add_argument("--steps", type=values.whole, default=RECIPE.steps, help="in the whole run")
    length.add_argument("--points", type=values.whole, metavar="N", help="as many steps as see about N points")
    group.add_argument("--batch", type=values.batch, default=RECIPE.batch, help="drawings a step")
    for name, value, told in (
        ("lr", values.rate, "highest learning rate"),
        ("dropout", values.dropout, "of the LSTM's outputs"),
        ("scale", values.share, "random scale per axis, +- this part"),
        ("turn", values.number(0, 4), "standard deviation of the random turn, radians"),
        ("calm", values.share, "last part of the run, in which random changes fade out"),
        ("real", values.share, "share of the real drawings among the sampled ones"),
        ("power", values.number(0, 10), "of a category's number of real drawings, by which it counts"),
        ("like", values.share, "share of the drawings that are given their latent code"),
        ("kl", values.number(0, 1000), "weight of the latent codes' divergence, reached after half of the run"),
        ("free", values.number(0, 1000), "nats of a latent code that cost nothing"),
    ):
        group.add_argument(f"--{name}", type=value, default=getattr(RECIPE, name), help=told)
    group.add_argument("--weigh", nargs="+", default=[], metavar="NAME=FACTOR", help="categories that count more")
    group.add_argument("--weights", type=Path, metavar="FILE", help="the same as a JSON object of names and factors")
    group.add_argument("--only-subjects", action="store_true", help="train what belongs to each category, nothing else")
    group.add_argument("--validations", type=values.whole, default=RECIPE.validations, help="in the whole run")
    group.add_argument("--keep", choices=("best", "last"), default=RECIPE.keep, help="weights of which validation")
    group.add_argument("--seed", type=values.seed, default=RECIPE.seed, help="of all that is random")
    group.add_argument("--float32", action="store_true", help="leave out mixed precision")


def run(args: argparse.Namespace) -> int:
    """Pretrain as the arguments say."""
    torch.set_num_threads(args.threads)
    allow_tf32(enabled=not args.float32)
    keep_freed_memory()
    check_folder(args.out)
    state = args.state or args.out
    with alone({"--out": args.out, "--state": state}):
        _pretrain(args, state)
    return 0


def _pretrain(args: argparse.Namespace, state: Path) -> None:
    collection = _collection(args)
    numbers_of(collection.names, args.leave_out)  # a name misspelt leaves nothing out
    torch.manual_seed(args.seed)
    network, names, earlier = _begin(args, collection)
    collection = renumbered(collection, names)
    factors = factors_of(names, args.weigh, args.weights)
    parts = arguments.part(args.credit, [args.data], collection.real)
    parts += arguments.part(args.extra_credit, [args.extra_data or args.data], collection.extra)
    parts += [part for part in earlier if part not in parts]
    checked_card(lambda: card_of(network, names, FILE, {}, parts))  # as `export` does
    recipe = _recipe(args, collection, factors)
    network.to(args.device)
    network.dropout = recipe.dropout
    progress = Progress(state / "log.jsonl", quiet=args.quiet)
    log.info("%d categories, %d real and %d extra drawings", len(names), collection.real, collection.extra)
    origin = "" if args.init_from is None else hash_of(args.init_from)
    outcome = SharedTrainer(network, collection, recipe, state, progress, factors, origin).fit()
    save_shared(args.out / FILE, network, names, parts, **_told(args, recipe, outcome))
    log.info("%s: %.3f nats on the validation split", args.out / FILE, _nats(recipe, outcome))


def _collection(args: argparse.Namespace) -> Collection:
    if is_packed(args.data):
        if args.extra_data:
            raise TrainingError(f"{args.data} is packed, with its extra drawings: leave out --extra-data")
        return read_packed(args.data, max_points=args.max_points, most_valid=VALID_DRAWINGS, left_out=args.leave_out)
    out = set(map(match_key, args.leave_out))
    extra = files_by_category(args.extra_data) if args.extra_data else {}
    extra = {name: files for name, files in extra.items() if match_key(name) not in out}
    return collect(
        files_by_category(args.data),
        extra,
        max_points=args.max_points,
        most_valid=VALID_DRAWINGS,
        skip_bad=args.skip_bad,
    )


def _begin(args: argparse.Namespace, collection: Collection) -> tuple[SharedNetwork, tuple[str, ...], list[DataPart]]:
    """The network to start from, its subjects, and what it had been trained on before."""
    names = [field.name for field in dataclasses.fields(SharedConfig) if field.name != "subjects"]
    given = {name: value for name in names if (value := getattr(args, name)) is not None}
    if args.init_from is None:
        mean, std = (torch.from_numpy(moment) for moment in collection.train.offset_moments())
        config = SharedConfig(subjects=len(collection.names), **given)
        return SharedNetwork(config, mean, std), collection.names, []
    network, subjects, parts = load_shared(args.init_from)
    for name, value in given.items():
        if value != getattr(network.config, name):
            raise TrainingError(f"{args.init_from} has --{name} {getattr(network.config, name)}, not {value}")
    torch.manual_seed(args.seed)  # whatever loading drew
    return network, tuple(subjects), parts


def _recipe(args: argparse.Namespace, collection: Collection, factors: dict[int, float]) -> SharedRecipe:
    given = {field.name for field in dataclasses.fields(SharedRecipe)} & vars(args).keys()
    recipe = SharedRecipe(**{name: getattr(args, name) for name in given})
    if not (recipe.real or collection.extra):
        raise TrainingError("--real 0 leaves nothing to learn from without sampled drawings")
    if args.points is None:
        return recipe
    return dataclasses.replace(recipe, steps=steps_for(args.points, recipe, collection, factors))


def _nats(recipe: SharedRecipe, outcome: SharedRun) -> float:
    """Of the weights that are kept."""
    return outcome.best if recipe.keep == "best" else outcome.history[-1]["total"]


def _told(args: argparse.Namespace, recipe: SharedRecipe, outcome: SharedRun) -> dict[str, object]:
    return {
        "recipe": dataclasses.asdict(recipe),
        "nats": _nats(recipe, outcome),
        "points": outcome.points,
        "seconds": round(outcome.seconds, 1),
        "command": args.command_line,
        "commit": provenance.commit(),
        "versions": {name: str(version) for name, version in provenance.versions().items()},  # torch's is a class
    }
