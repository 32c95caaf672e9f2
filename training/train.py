"""`python -m training train`: one category, from drawings to a checkpoint."""

import argparse
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import torch

from model.card import Card, DataPart, Nats, SubjectCard
from model.checkpoint import read_weights
from model.decoder import Decoder
from model.names import slug
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.systems import DEFAULT_SYSTEM, POINTS_WITHOUT_PEN
from model.weights import Weights, of_subject, shape_of, stored, to_network
from training import arguments, values
from training.convert import provenance
from training.convert.writable import checked_card
from training.data.collection import Collection, collect
from training.data.corpus import Corpus
from training.data.lengths import most_points
from training.errors import TrainingError
from training.loop.alone import alone
from training.loop.blend import blend
from training.loop.calibrate import calibrate
from training.loop.memory import keep_freed_memory
from training.loop.nats import measure
from training.loop.precision import allow_tf32
from training.loop.progress import Progress
from training.loop.recipe import Recipe
from training.loop.run import Run
from training.loop.trainer import Trainer
from training.score.subject import find

log = logging.getLogger(__name__)
Hold = Callable[[Mapping[str, Path]], AbstractContextManager[None]]
RECIPE = Recipe(epochs=10, batch=64, lr=1e-3, patience=4)
TEMP_XY, TEMP_P = 0.4, 0.6  # recommended until recognisability says otherwise (docs/lab-notes.md)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Train one category. The same command goes on after an interruption."
    parser.add_argument(
        "category", type=values.category, metavar="CATEGORY", help="what the drawings show, such as penguin"
    )
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="FILE", help="drawings, in any format of docs/data.md"
    )
    parser.add_argument("--extra-data", type=Path, nargs="*", default=[], metavar="FILE", help="for training only")
    arguments.add_out(parser)
    add_dials(parser)


def add_dials(parser: argparse.ArgumentParser, device: Callable[[str], str] = values.device) -> None:
    """How a category is trained, whichever it is; `device` as `arguments.add_machine` has it."""
    parser.add_argument("--repeat", type=values.whole, default=1, help="how often --data counts beside --extra-data")
    parser.add_argument(
        "--init-from",
        type=Path,
        metavar="CKPT",
        help="a checkpoint's folder: its subject of that name, or the mean of all",
    )
    parser.add_argument(
        "--blend", type=values.share, default=1.0, help="share of what was learnt, the rest as it began"
    )
    recommended = "recommended temperature of the"
    parser.add_argument(
        "--temp-xy", type=values.temperature, help=f"{recommended} moves (default: {TEMP_XY}; 0 without a mixture)"
    )
    parser.add_argument(
        "--temp-p", type=values.temperature, help=f"{recommended} pen (default: {TEMP_P}; 0 for a system without pen)"
    )
    arguments.add_system(parser)
    arguments.add_data(parser)
    arguments.add_recipe(parser, RECIPE)
    arguments.add_machine(parser, device)


def run(args: argparse.Namespace) -> int:
    """Train as the arguments say and write the checkpoint."""
    return fit(args, alone)


def fit(args: argparse.Namespace, hold: Hold) -> int:
    """The same; `hold` keeps others out of the folders of some options, as `alone` does."""
    torch.set_num_threads(args.threads)
    allow_tf32(enabled=not args.float32)
    keep_freed_memory()
    torch.manual_seed(args.seed)
    start = None if args.init_from is None else start_from_checkpoint(args.init_from, args.category)
    system, config = arguments.system_of(args, None if start is None else start.network.config)
    name = name_of(args, system)
    folder = arguments.place(args, name)
    state = args.state or Path("runs") / name
    with hold({"--out": folder, "--state": state}):  # before drawings are read, which may take minutes
        _train(args, system, config, start, folder, state)
    return 0


def _train(
    args: argparse.Namespace, system: str, config: NetworkConfig, start: "Start | None", folder: Path, state: Path
) -> None:
    recipe = arguments.recipe_of(args)
    files, extra = {args.category: args.data}, {args.category: args.extra_data}
    collection = collect(files, extra, max_points=args.max_points, repeat=args.repeat, skip_bad=args.skip_bad)
    network = _begin(args, system, config, start, collection.train)
    card = _card(args, system, network, collection, () if start is None else start.data)  # it may be refused
    network.dropout = recipe.dropout
    network.to(args.device)
    progress = Progress(state / "log.jsonl", quiet=args.quiet)
    began = {name: value.clone() for name, value in network.state_dict().items()}
    origin = "" if start is None else start.origin
    train, valid, names = collection.train, collection.valid, collection.names
    outcome = Trainer(network, train, valid, recipe, state, progress, names, origin).fit()
    blend(network, began, args.blend)
    calibrate(network, collection.valid)
    weights = stored(network.cpu(), fine_head=start is not None and start.fine_head)
    nats = _nats(weights, collection.valid)
    save_checkpoint(folder, weights, _scored(card, nats, outcome))
    log.info("%s: %.3f nats on the validation split, best at step %d", folder, nats.total, outcome.best_step)


def name_of(args: argparse.Namespace, system: str) -> str:
    """Of the checkpoint's folder: the category alone where it is its default, else with the system as well."""
    default = system == DEFAULT_SYSTEM or not (args.system or args.hidden or args.mixtures)
    return slug(args.category) if default else f"{slug(args.category)}@{system}"


def _begin(
    args: argparse.Namespace, system: str, config: NetworkConfig, start: "Start | None", train: Corpus
) -> Network:
    """The network as training begins."""
    if start is None:
        mean, std = (torch.from_numpy(moment) for moment in train.offset_moments())
        return Network(config, mean, std)
    if start.network.config != config:
        raise TrainingError(f"{args.init_from} has {start.network.config}, but {system} is {config}")
    return start.network


@dataclass(frozen=True, slots=True)
class Start:
    """A network that was trained before, on which data, and whether its head reads finely."""

    network: Network
    data: tuple[DataPart, ...]
    fine_head: bool
    origin: str  # a hash of what it is


def start_from_checkpoint(folder: Path, category: str) -> Start:
    """The network that draws one subject of a checkpoint, and the data of it all.

    The subject is the one of the category's name, or the only one; of several, none of that name, it is their mean.
    """
    card, weights = read_weights(folder)
    number = 0 if len(card.subjects) == 1 else find(card, category)
    if number is None:
        log.info("%s does not know %r: starting from the mean of its %d subjects", folder, category, len(card.subjects))
    else:
        log.info("starting from %s as it draws %r", folder, card.subjects[number].name)
    origin = f"{card.sha256} {number}"
    return Start(to_network(of_subject(weights, number)), card.data, shape_of(weights).fine_head, origin)


def _earlier(part: DataPart) -> DataPart:
    """A part of what the network had seen before, marked as such."""
    if part.source.startswith("pretraining: "):
        return part
    return part.model_copy(update={"source": f"pretraining: {part.source}"})


def _nats(weights: Weights, valid: Corpus) -> Nats:
    """Of what the file will hold."""
    decoder = Decoder(weights)
    context = decoder.context(torch.zeros(1, dtype=torch.long), torch.zeros(1, 0))
    return measure(lambda rows, _: decoder.log_prob(rows, context.expand(len(rows), -1)), valid).nats()


def _card(
    args: argparse.Namespace, system: str, network: Network, collection: Collection, earlier: tuple[DataPart, ...]
) -> Card:
    """What is known of a checkpoint before it is trained. Raises TrainingError where no card can hold it."""
    parts = arguments.part(args.credit, args.data, collection.real)
    parts += arguments.part(args.extra_credit, args.extra_data, collection.extra)
    return checked_card(
        lambda: Card(
            system=system,
            hidden=network.config.hidden,
            mixtures=network.density.mixtures,
            mean=tuple(network.mean.tolist()),
            std=tuple(network.std.tolist()),
            subjects=(_subject(args, system, network, collection.train),),
            data=(*parts, *map(_earlier, earlier)),
            command=args.command_line,
            commit=provenance.commit(),
            versions=provenance.versions(),
        )
    )


def _subject(args: argparse.Namespace, system: str, network: Network, train: Corpus) -> SubjectCard:
    """What the network draws, and how it is asked for."""
    config = network.config
    temp_xy = TEMP_XY if config.mixtures else 0.0  # a foreseen point is drawn as it is
    temp_p = TEMP_P if config.pen else 0.0
    return SubjectCard(
        name=args.category,
        slug=slug(args.category),
        max_points=most_points(train.lengths) if config.pen else POINTS_WITHOUT_PEN,
        temp_xy=temp_xy if args.temp_xy is None else args.temp_xy,
        temp_p=temp_p if args.temp_p is None else args.temp_p,
        default="@" not in name_of(args, system),
    )


def _scored(card: Card, nats: Nats, outcome: Run) -> Card:
    """A card with what training came to."""
    subject = card.subject.model_copy(update={"nats": nats})
    found = {"train_points": outcome.points, "train_seconds": round(outcome.seconds, 1)}
    return card.model_copy(update={"subjects": (subject,), "nats": nats, **found})
