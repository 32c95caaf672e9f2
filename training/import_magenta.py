"""`python -m training import-magenta`: a checkpoint of one of Google's published sketch-rnn decoders."""

import argparse
import logging
from pathlib import Path

import torch

from model.card import Card, DataPart, SubjectCard
from model.checkpoint import load_checkpoint
from model.names import slug
from model.saving import save_checkpoint, write_card
from model.weights import stored
from training import arguments, values
from training.convert import provenance
from training.data.magenta import BOX, Magenta, read_magenta, to_network
from training.data.selection import read_split
from training.loop.alone import alone
from training.loop.nats import scores_of
from training.score.magenta_scale import fit_scale

log = logging.getLogger(__name__)
SYSTEM = "magenta"
TEMP_XY, TEMP_P = 0.25, 0.8  # chosen by eye: nine in ten end by themselves and look like their category
DRAWINGS = 70_000  # of each category, in the training split of the published data
SOURCE = "sketch-rnn decoder trained by Google (magenta/magenta-js) on Quick, Draw! drawings"
LICENCE = "Apache-2.0 (weights), CC BY 4.0 (drawings)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Turn a decoder that Google published as JSON into a checkpoint. With --data it is brought to the scale at "
        f"which it gives real drawings the best score; without, to Google's own divided by {BOX}."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="NAME.gen.json")
    parser.add_argument("--data", type=Path, nargs="+", default=[], metavar="FILE", help="real drawings, to scale by")
    arguments.add_out(parser)
    parser.add_argument("--category", type=values.category, help="its name (default: what the file says)")
    parser.add_argument(
        "--temp-xy", type=values.temperature, default=TEMP_XY, help="recommended temperature of the moves"
    )
    parser.add_argument("--temp-p", type=values.temperature, default=TEMP_P, help="recommended temperature of the pen")
    parser.add_argument("--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads")


def run(args: argparse.Namespace) -> int:
    """Import as the arguments say and write the checkpoint `<slug>@magenta`."""
    torch.set_num_threads(args.threads)
    magenta = read_magenta(args.file)
    scale = fit_scale(magenta, read_split(args.data, "train")) if args.data else magenta.info.scale_factor / BOX
    weights = stored(to_network(magenta, scale), fine_head=True)  # one that is not costs 0.08 nats (docs/lab-notes.md)
    card = _card(args, magenta, scale)
    folder = arguments.place(args, f"{card.subject.slug}@{SYSTEM}")
    with alone({"--out": folder}):
        card = save_checkpoint(folder, weights, card)
        if args.data:
            nats = scores_of(load_checkpoint(folder), read_split(args.data, "valid")).nats()
            subject = card.subject.model_copy(update={"nats": nats})
            write_card(folder, card.model_copy(update={"nats": nats, "subjects": (subject,)}))
            log.info("%s: %.3f nats on the validation split", folder, nats.total)
    log.info("%s: scale %.2f, Google's divided by %.2f", folder, scale, magenta.info.scale_factor / scale)
    return 0


def _card(args: argparse.Namespace, magenta: Magenta, scale: float) -> Card:
    category = args.category or magenta.info.name.replace("_", " ")
    unit = round(float(to_network(magenta, scale).std[0]), 5)
    subject = SubjectCard(
        name=category,
        slug=slug(category),
        max_points=magenta.info.max_seq_len,
        temp_xy=args.temp_xy,
        temp_p=args.temp_p,
    )
    return Card(
        system=SYSTEM,
        hidden=magenta.config.hidden,
        mixtures=magenta.config.mixtures,
        mean=(0.0, 0.0),
        std=(unit, unit),
        subjects=(subject,),
        data=(DataPart(source=provenance.written(f"{SOURCE}: {args.file.name}"), count=DRAWINGS, licence=LICENCE),),
        command=args.command_line,
        commit=provenance.commit(),
        versions=provenance.versions(),
    )
