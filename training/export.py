"""`python -m training export`: checkpoints of today's format, of older ones and of networks that were trained."""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from torch import Tensor

from model.card import Card, DataPart
from model.checkpoint import read_weights
from model.files import CARD, kind_of
from model.names import match_key
from model.network import NetworkConfig
from model.recogniser.card import RECOGNISES
from model.recogniser.stored import save_recogniser
from model.saving import save_checkpoint
from model.systems import name_of
from model.weights import Weights, of_subject, shape_of
from training import arguments, values
from training.convert import provenance
from training.convert.first_card import card_of
from training.convert.format1 import is_format1, read_format1
from training.convert.recogniser import read_any_recogniser
from training.data.collection import collect, files_by_category
from training.data.lengths import most_points
from training.errors import ExportError
from training.loop.alone import alone
from training.score.subject import find
from training.shared.file import is_shared, load_shared

log = logging.getLogger(__name__)
CHECKPOINTS = Path("checkpoints")  # where names are looked for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Make a checkpoint of this version's format: of one of an older format, a recogniser too, which draws, or "
        "answers, as before; of a network that was trained on many categories; or, with --subject, of one subject of a "
        "network of many."
    )
    parser.add_argument("source", metavar="SOURCE", help="a folder, or the name of one under checkpoints/")
    arguments.add_out(parser)
    parser.add_argument("--subject", metavar="NAME", help="this one alone, by any of its names")
    parser.add_argument(
        "--name", type=values.folder_name, help="of the checkpoint's folder (default: the source's, or the subject's)"
    )
    group = parser.add_argument_group("the card of a trained network")
    group.add_argument("--data", type=Path, metavar="DIR", help="the real drawings that it learnt from, to count them")
    group.add_argument("--extra-data", type=Path, metavar="DIR", help="others that it learnt from")
    arguments.add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Export as the arguments say."""
    source = _place(args.source)
    name = args.name or source.resolve().name
    if kind_of(source) == RECOGNISES:
        return _export_recogniser(source, arguments.place(args, name), args)
    if (source / CARD).is_file():
        card, weights = _read_checkpoint(source)
    else:
        card, weights = _read_trained(source, name, args)
    if args.subject is not None:
        number = find(card, args.subject)
        if number is None:
            raise ExportError(f"{source} does not draw {args.subject!r}")
        if len(card.subjects) > 1 or card.latent:
            card, weights = fold(card, weights, number)
            name = args.name or card.subject.slug
    folder = arguments.place(args, name)
    with alone({"--out": folder}):
        save_checkpoint(folder, weights, card)
    log.info("%s: %s", folder, card.subject.name if len(card.subjects) == 1 else f"{len(card.subjects)} subjects")
    return 0


def _export_recogniser(source: Path, folder: Path, args: argparse.Namespace) -> int:
    if args.subject is not None:
        raise ExportError(f"{source} recognises things and draws none: --subject is for networks that draw")
    card, network = read_any_recogniser(source)
    with alone({"--out": folder}):
        save_recogniser(folder, network, card)
    log.info("%s: a recogniser of %d names", folder, len(card.names))
    return 0


def fold(card: Card, weights: Weights, number: int) -> tuple[Card, dict[str, Tensor]]:
    """The card and the weights of a network that draws one subject, bit for bit as the one of many draws it."""
    styles = bool(card.subjects[number].styles)
    alone = of_subject(weights, number, latent=styles)
    trunk: Literal["lstm", "tanh"] = "lstm" if shape_of(alone).has_memory else "tanh"
    subject = card.subjects[number].model_copy(update={"default": True})
    system = name_of(NetworkConfig(card.hidden, card.mixtures, trunk))
    changes = {"system": system, "latent": card.latent if styles else 0, "subjects": (subject,), "nats": subject.nats}
    return card.model_copy(update=changes), alone


def _place(source: str) -> Path:
    """Where the source lies: the path itself, or a checkpoint of that name.

    A folder of something else, such as drawings, is not meant where a checkpoint bears the same name.
    """
    there = [path for path in (Path(source), CHECKPOINTS / source) if path.exists()]
    if not there:
        raise ExportError(f"{source} is neither there nor the name of a checkpoint in {CHECKPOINTS}")
    return next((path for path in there if (path / CARD).is_file() or is_shared(path)), there[0])


def _read_checkpoint(folder: Path) -> tuple[Card, dict[str, Tensor]]:
    try:
        content = (folder / CARD).read_bytes()
    except OSError as error:
        raise ExportError(f"{folder / CARD} cannot be read: {error.strerror or error}") from error
    return read_format1(folder) if is_format1(content) else read_weights(folder)


def _read_trained(source: Path, system: str, args: argparse.Namespace) -> tuple[Card, dict[str, Tensor]]:
    """Of a trained network; `system` is its name."""
    network, names, parts = load_shared(source)
    points, counted = _counted(names, args)
    origin = {"command": args.command_line, "commit": provenance.commit(), "versions": provenance.versions()}
    return card_of(network, names, system, points, counted or parts).model_copy(update=origin), network.weights()


def _counted(names: Sequence[str], args: argparse.Namespace) -> tuple[dict[str, int], list[DataPart]]:
    """The most points of each category that --data has drawings of, and the card's lines for these and --extra-data."""
    if args.data is None:
        if args.credit or args.extra_credit or args.extra_data:
            raise ExportError("the card names data by how many drawings it has: --data is lacking")
        return {}, []
    files, extra = _files(names, args.data), _files(names, args.extra_data) if args.extra_data else {}
    collection = collect(files, extra, max_points=args.max_points, skip_bad=args.skip_bad)
    lengths, category = collection.train.lengths, collection.train.category
    learnt = set(np.unique(category).tolist())
    points = {name: most_points(lengths[category == i]) for i, name in enumerate(collection.names) if i in learnt}
    parts = arguments.part(args.credit, [args.data], collection.real)
    return points, parts + arguments.part(args.extra_credit, [args.extra_data], collection.extra)


def _files(names: Sequence[str], folder: Path) -> dict[str, list[Path]]:
    """The files of the network's categories, by the names that it knows them by."""
    found = {match_key(name): paths for name, paths in files_by_category(folder).items()}
    return {name: found[match_key(name)] for name in names if match_key(name) in found}
