"""`python -m training least`: how many points a drawing of each subject has at least, into the card."""

import argparse
import logging

import numpy as np

from model.card import SubjectCard
from training import arguments
from training.data.collection import Files, files_by_category
from training.data.selection import taught
from training.errors import DataError
from training.score.subject import choose

log = logging.getLogger(__name__)

PERCENT = 10  # of people's drawings have fewer points: they are finished too early, or are hardly any drawings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Find how many points nine in ten of people's drawings of each subject have, below which the service does not "
        "hold a drawing for finished that somebody began (docs/scores.md)."
    )
    arguments.add_checkpoints(parser)
    arguments.add_real(parser)
    parser.add_argument("--write", action="store_true", help="write them into the card")


def run(args: argparse.Namespace) -> int:
    """Find them, say them and, with --write, keep them."""
    files = files_by_category(args.data)
    choices = choose(args.checkpoints, args.subject)
    arguments.check_cards(choices, args)
    for choice in choices:
        found = {}
        for number, subject in zip(choice.numbers, choice.subjects, strict=True):
            least = _least(files, subject, skip_bad=args.skip_bad)
            found[number] = {"least_points": least}
            log.info("%s: %d", subject.name, least)
        if args.write:
            choice.write(found)
    return 0


def _least(files: Files, card: SubjectCard, *, skip_bad: bool) -> int:
    """The points of a short one among people's drawings of the training split. Raises DataError for none."""
    points = [len(drawing) - 1 for drawing in taught(files, card.name, skip_bad=skip_bad)]
    if not points:
        raise DataError(f"no real drawings of {card.name!r} in the training split")
    return int(np.percentile(points, PERCENT))
