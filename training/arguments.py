"""The dials that training commands share."""

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from model.card import DataPart, SubjectCard
from model.checkpoint import read_card
from model.errors import CheckpointError
from model.files import CARD, MODEL
from model.network import NetworkConfig
from model.systems import DEFAULT_SYSTEM, SYSTEMS, name_of
from training import values
from training.convert import provenance
from training.convert.writable import check_folder
from training.errors import TrainingError
from training.loop.recipe import Recipe
from training.score.subject import Choice

MAX_POINTS = 200  # of a drawing trained on: one in 150 is longer, and padding to it would cost more than it teaches


def add_system(parser: argparse.ArgumentParser) -> None:
    """The network's shape: a named system, and numbers that make others of it."""
    group = parser.add_argument_group("network")
    group.add_argument(
        "--system", choices=SYSTEMS, help=f"a named network (default: that of --init-from, else {DEFAULT_SYSTEM})"
    )
    group.add_argument("--hidden", type=values.width, metavar="H", help="hidden units (default: the system's)")
    group.add_argument("--mixtures", type=values.width, metavar="K", help="components (default: the system's)")


def system_of(args: argparse.Namespace, start: NetworkConfig | None = None) -> tuple[str, NetworkConfig]:
    """The network that the arguments name, and its name. Raises TrainingError where there is no such network."""
    preset = SYSTEMS[args.system or DEFAULT_SYSTEM] if args.system or start is None else start
    if args.mixtures and not preset.mixtures:
        raise TrainingError(f"{name_of(preset)} foresees a point: --mixtures is for systems that foresee a mixture")
    given = {name: getattr(args, name) for name in ("hidden", "mixtures") if getattr(args, name)}
    config = dataclasses.replace(preset, **given)
    return name_of(config), config


def add_recipe(parser: argparse.ArgumentParser, defaults: Recipe) -> None:
    """Dials of the loop; what is left alone stands as in `defaults`."""
    group = parser.add_argument_group("recipe")
    group.add_argument("--epochs", type=values.epochs, default=defaults.epochs, help="passes over the training split")
    group.add_argument("--batch", type=values.batch, default=defaults.batch, help="drawings a step")
    group.add_argument("--lr", type=values.rate, default=defaults.lr, help="highest learning rate")
    group.add_argument("--dropout", type=values.dropout, default=defaults.dropout, help="of the LSTM's outputs")
    group.add_argument("--scale", type=values.share, default=defaults.scale, help="random scale per axis, +- this part")
    group.add_argument(
        "--patience", type=values.count, default=defaults.patience, help="validations without a new best; 0: all"
    )
    group.add_argument("--validations", type=values.whole, default=defaults.validations, help="in the whole run")
    group.add_argument("--keep", choices=("best", "last"), default=defaults.keep, help="weights of which validation")
    group.add_argument("--seed", type=values.seed, default=defaults.seed, help="of all that is random")
    group.add_argument("--float32", action="store_true", help="leave out bfloat16 (where it does not pay)")


def add_machine(parser: argparse.ArgumentParser, device: Callable[[str], str] = values.device) -> None:
    """Where and how the run works; `device` is the type of its device."""
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--device", type=device, default="cuda" if torch.cuda.is_available() else "cpu", help="cpu or cuda"
    )
    group.add_argument(
        "--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads; only free cores"
    )
    group.add_argument("--quiet", action="store_true", help="no progress bar")
    group.add_argument("--state", type=Path, help="folder of the run's state and log, by which it resumes")


def add_data(parser: argparse.ArgumentParser) -> None:
    """How the files of drawings are read, and what the card says of them."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--max-points", type=values.points, default=MAX_POINTS, help="longer drawings are left out of training"
    )
    add_skip_bad(group)
    add_credit(group, "--credit", "the card, of --data")
    add_credit(group, "--extra-credit", "the card, of --extra-data")


def add_real(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Where people's drawings are, and how they are read."""
    parser.add_argument("--data", type=Path, required=required, metavar="DIR", help="real drawings, a file a category")
    add_skip_bad(parser)


def add_skip_bad(parser: argparse._ActionsContainer) -> None:
    """What becomes of a line that is no drawing."""
    parser.add_argument("--skip-bad", action="store_true", help="pass over lines that cannot be read")


def add_credit(parser: argparse._ActionsContainer, option: str, card: str) -> None:
    """Where drawings come from, for a card."""
    parser.add_argument(option, type=values.credit, help=f"'SOURCE; LICENCE' for {card}")


def recipe_of(args: argparse.Namespace) -> Recipe:
    """The recipe that the arguments name."""
    names = {field.name for field in dataclasses.fields(Recipe)}
    given = {name: value for name, value in vars(args).items() if name in names}
    return Recipe(**given, bfloat16=not args.float32)


def part(credit: values.Credit | None, files: list[Path], count: int) -> list[DataPart]:
    """The card's line for some files of drawings; none for no drawings."""
    if not count:
        return []
    names = (path.name or path.absolute().name or str(path) for path in files)  # `.` has none, and `/` has none at all
    source, licence = credit or (provenance.written(", ".join(names)), "not stated")
    return [DataPart(source=source, count=count, licence=licence)]


def add_out(parser: argparse.ArgumentParser) -> None:
    """Where a checkpoint is written, and whether it may take the place of another."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where checkpoints lie")
    add_force(parser)


def add_force(parser: argparse.ArgumentParser) -> None:
    """Whether a checkpoint may take the place of another."""
    parser.add_argument("--force", action="store_true", help="take the place of a checkpoint that another command made")


def place(args: argparse.Namespace, name: str) -> Path:
    """The folder of a checkpoint by that name. Raises TrainingError where another command's lies, or none can lie."""
    folder: Path = args.out / name
    check_folder(folder)
    if not args.force and any((folder / part).exists() for part in (MODEL, CARD)):
        try:
            command = read_card(folder).command
        except CheckpointError:
            command = None
        if command != args.command_line:
            raise TrainingError(
                f"{folder} is there already: choose another --out, or --force to replace it"
                f"{f'. It was made by {command}' if command else ''}"
            )
    return folder


def add_sampling(parser: argparse.ArgumentParser, count: int) -> None:
    """How many drawings of each subject (`count` unless it is said), their seeds and temperatures."""
    add_count(parser, count)
    add_temperatures(parser)


def add_temperatures(parser: argparse.ArgumentParser) -> None:
    """How warm drawings are."""
    recommended = "(default: what each card recommends)"
    parser.add_argument("--temp-xy", type=values.temperature, help=f"temperature of the moves {recommended}")
    parser.add_argument("--temp-p", type=values.temperature, help=f"temperature of the pen {recommended}")


def add_checkpoints(parser: argparse.ArgumentParser) -> None:
    """Which checkpoints, and which of their subjects."""
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="CKPT", help="checkpoints' folders")
    add_subjects(parser)


def add_subjects(parser: argparse.ArgumentParser) -> None:
    """Which subjects of the checkpoints."""
    names = "by any name (default: all of them)"
    parser.add_argument("--subject", nargs="+", default=[], metavar="NAME", help=f"only these subjects, {names}")


def add_count(parser: argparse.ArgumentParser, count: int) -> None:
    """How many drawings of each subject (`count` unless it is said), and their seeds."""
    parser.add_argument("--count", type=values.whole, default=count, help="drawings of each subject")
    parser.add_argument("--seed", type=values.seed, default=0, help="the first drawing's; the others follow")


def seeds(args: argparse.Namespace) -> range:
    """The seeds that the arguments ask for."""
    return range(args.seed, args.seed + args.count)


def temperatures(args: argparse.Namespace, subject: SubjectCard) -> tuple[float, float]:
    """T_xy and T_p: those asked for, else those that the card recommends."""
    temp_xy = subject.temp_xy if args.temp_xy is None else args.temp_xy
    return temp_xy, subject.temp_p if args.temp_p is None else args.temp_p


def check_cards(choices: Sequence[Choice], args: argparse.Namespace) -> None:
    """Raises TrainingError where --write could not write into a card."""
    for choice in choices if args.write else ():
        check_folder(choice.folder)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where a network that is only asked runs."""
    parser.add_argument("--device", type=values.device, default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads")


def add_classifier(parser: argparse.ArgumentParser, told: str = "a file, or a recogniser's folder") -> None:
    """Which classifier recognises drawings, where it runs, and how the result is printed."""
    parser.add_argument("--classifier", type=Path, required=True, metavar="PATH", help=told)
    add_place(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a subject instead of a line to read")
