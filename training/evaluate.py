"""`python -m training evaluate`: the scores of what checkpoints draw, on real drawings."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

from model.names import match_key
from training import arguments, values
from training.classifier.loading import load_classifier
from training.data.collection import files_of
from training.data.selection import read_split
from training.data.vector import svg_files
from training.score.evaluation import Evaluation, Evaluator, Reference, Temperatures
from training.score.evaluation_table import brief_table, table
from training.score.sketch_rnn_loss import normalisation_of
from training.score.subject import Choice, choose

SPLITS = ("all", "train", "valid", "test")
MOST_RESAMPLES = 10**6
CARD = "card"  # stands for the temperatures that the card recommends
TEMPERATURES: tuple[Temperatures, ...] = (None, (0.5, 0.5), (1.0, 1.0))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Nats per point of checkpoints on real drawings, in pixels of the 0..255 box. One subject on some files gives "
        "a line; several, or a folder as --data, a table in Markdown, each subject on the files named after it. "
        "docs/scores.md explains the columns."
    )
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CKPT", help="a checkpoint's folder")
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        metavar="FILE",
        help="drawings, in any format of docs/data.md, or a folder of a file for each category",
    )
    arguments.add_subjects(parser)
    parser.add_argument("--split", choices=SPLITS, default="all", help="score this split only (default: every drawing)")
    parser.add_argument(
        "--resamples",
        type=values.whole_number(0, MOST_RESAMPLES),
        default=2000,
        help="for the 95 %% range of the total; 0 leaves it out",
    )
    arguments.add_skip_bad(parser)
    arguments.add_place(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a subject instead of text to read")
    group = parser.add_argument_group("the full table")
    group.add_argument("--full", action="store_true", help="also sketch-rnn's loss, and new drawings beside real ones")
    group.add_argument("--classifier", type=Path, metavar="PATH", help="also how often drawings are recognised")
    group.add_argument(
        "--temperatures",
        type=_temperatures,
        nargs="+",
        default=argparse.SUPPRESS,
        metavar="T",
        help=f"to draw at: T, T_xy/T_p or {CARD!r}, what the card recommends (default: {CARD} 0.5 1)",
    )
    group.add_argument("--brief", action="store_true", help="one short row for each subject, for many of them")
    arguments.add_count(parser, count=500)


def run(args: argparse.Namespace) -> int:
    """Score as the arguments say and print the result."""
    torch.set_num_threads(args.threads)
    full = args.full or args.brief or args.classifier is not None
    classifier = load_classifier(args.classifier, args.device) if args.classifier else None
    temperatures = getattr(args, "temperatures", TEMPERATURES)
    evaluator = Evaluator(args.resamples, arguments.seeds(args), temperatures, classifier, args.skip_bad)
    choices = choose(args.checkpoints, args.subject)
    if classifier:
        classifier.check(card.name for choice in choices for card in choice.subjects)
    references = _references(choices, args, full=full)
    evaluations = []
    with tqdm(total=sum(len(choice.numbers) for choice in choices), unit=" subjects", disable=None, leave=False) as bar:
        for choice in choices:
            against = [references[match_key(subject.name)] for subject in choice.subjects]
            for found in evaluator.evaluate(choice.load(args.device), against):
                bar.update()
                evaluations.append(found)
                if args.json:
                    print(json.dumps(found.document()), flush=True)
    if args.brief and not args.json:
        print(brief_table(evaluations))
    elif not args.json:
        alone = len(evaluations) == 1 and not full and not _holds_categories(args.data)
        print(_line(evaluations[0]) if alone else table(evaluations))
    return 0


def _references(choices: Sequence[Choice], args: argparse.Namespace, *, full: bool) -> dict[str, Reference]:
    """The real drawings for each category, by its name's `match_key`.

    Files are taken as they are given where one category is asked for, and by their names where there are several.
    """
    categories = {match_key(subject.name): subject.name for choice in choices for subject in choice.subjects}
    by_name = len(categories) > 1 or _holds_categories(args.data)
    found: dict[str, Reference] = {}
    for key, category in categories.items():
        files = files_of(category, args.data) if by_name else args.data
        corpus = read_split(files, args.split, skip_bad=args.skip_bad)
        normalisation = normalisation_of(files, skip_bad=args.skip_bad) if full else None
        found[key] = Reference(files, corpus, normalisation)
    return found


def _holds_categories(paths: Sequence[Path]) -> bool:
    """Whether one of some paths is a folder of files, and not of the SVG files of one category."""
    return any(path.is_dir() and not svg_files(path) for path in paths)


def _line(found: Evaluation) -> str:
    between = f" (95 % range {found.document()['range95']})" if found.range95 else ""
    nats = found.nats
    return (
        f"{found.category}: {nats.total:.3f} nats per point{between}, "
        f"xy {nats.xy:.3f}, pen {nats.pen:.3f}, over {found.drawings} drawings with {found.points} points"
    )


def _temperatures(text: str) -> Temperatures:
    if text == CARD:
        return None
    first, _, second = text.partition("/")
    return values.temperature(first), values.temperature(second or first)
