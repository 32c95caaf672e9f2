"""`python -m training alike`: likenesses of held-out drawings, and the ways between them, scored."""

import argparse
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tabulate import tabulate

from training import arguments, values
from training.classifier.classifier import matching_name
from training.classifier.pictures import PictureClassifier, load_picture_classifier
from training.data.collection import files_by_category
from training.data.selection import held_out
from training.errors import TrainingError
from training.score.likeness import Likeness, Original, likenesses, score_likenesses
from training.score.subject import choose
from training.score.told import ToldNats, told_nats
from training.score.way import WayScore, pairs, score_ways, walk

log = logging.getLogger(__name__)

CLOSENESS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS = 8
WAYS = 200


@dataclass(frozen=True, slots=True)
class Scores:
    """All that is found."""

    nats: ToldNats
    likenesses: tuple[Likeness, ...]
    ways: WayScore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Draw likenesses of held-out drawings at several closenesses, and the ways between them, as the service does, "
        "and score both. docs/alike.md says what the scores mean. "
        "The classifier is one of pictures, whose last layer tells how near two drawings are."
    )
    parser.add_argument("checkpoint", type=Path, metavar="CKPT", help="a checkpoint's folder, with an encoder")
    arguments.add_subjects(parser)
    arguments.add_real(parser)
    arguments.add_count(parser, count=10)
    parser.add_argument(
        "--closeness", nargs="+", type=values.share, default=list(CLOSENESS), metavar="C", help="0 to 1 each"
    )
    parser.add_argument("--ways", type=values.whole, default=WAYS, help="ways between two drawings")
    arguments.add_classifier(parser, "a file, as `classifier --form pictures` writes it")


def run(args: argparse.Namespace) -> int:
    """Score what the arguments name and print what was found."""
    torch.set_num_threads(args.threads)
    classifier = load_picture_classifier(args.classifier, args.device)
    originals = _originals(args, classifier)
    ends = pairs(originals, args.ways, args.seed)
    likeness = []
    for closeness in args.closeness:
        likeness.append(score_likenesses(classifier, originals, likenesses(originals, closeness, args.seed), closeness))
        log.info("closeness %g: done", closeness)
    ways = score_ways(classifier, ends, [walk(each, STEPS, args.seed + i) for i, each in enumerate(ends)])
    found = Scores(told_nats(originals[0].subject.checkpoint, originals), tuple(likeness), ways)
    print(_document(found) if args.json else _tables(found))
    return 0


def _document(found: Scores) -> str:
    """The scores as JSON, which knows no nan: null for what there was none of."""
    return json.dumps(json.loads(json.dumps(asdict(found)), parse_constant=lambda _: None))


def _tables(found: Scores) -> str:
    """The scores as tables to read."""
    headers = ("closeness", "recognised", "of given", "picture", "features")
    rows = [
        [each.closeness, each.recognised, each.recognised / (each.given or 1), each.picture, each.features]
        for each in found.likenesses
    ]
    tables = [([list(asdict(part).values())], list(asdict(part))) for part in (found.nats, found.ways)]
    return "\n\n".join(
        tabulate(body, headers=names, tablefmt="pipe", floatfmt=".3f")
        for body, names in (tables[0], (rows, headers), tables[1])
    )


def _originals(args: argparse.Namespace, classifier: PictureClassifier) -> list[Original]:
    """Held-out drawings of each subject, picked at random. Raises TrainingError where nothing reads them."""
    files, found = files_by_category(args.data), []
    for choice in choose([args.checkpoint], args.subject):
        if not choice.card.latent:
            raise TrainingError(f"{choice.folder} has no encoder, so it draws no likenesses")
        for subject in choice.load():
            name = matching_name(subject.card.name, classifier.names)
            drawings = [
                drawing
                for drawing in held_out(files, name, skip_bad=args.skip_bad)
                if 2 < len(drawing) <= subject.card.max_points
            ]
            picked = np.random.default_rng(args.seed).permutation(len(drawings))[: args.count]
            found += [Original(subject, drawings[i], classifier.number(name)) for i in picked]
    return found
