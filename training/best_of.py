"""`python -m training best-of`: how much rarer failures are where the best of several drawings is taken."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from tabulate import tabulate
from tqdm import tqdm

from model.recogniser.candidates import MOST
from training import arguments, values
from training.classifier.loading import load_classifier
from training.score.best_of import BestOf, best_of, together
from training.score.subject import choose

HEAD = ("category", "fails", "best of {best} fails", "by the chooser", "best of {best}, by the chooser")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Shares of drawings that are not recognised, of single ones and of the best of several, by a judge that did "
        "not choose them. A judge of another seed and form than the chooser shows what is won for people."
    )
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="CKPT", help="checkpoints' folders")
    arguments.add_subjects(parser)
    parser.add_argument(
        "--best",
        type=values.whole_number(2, MOST),
        default=4,
        metavar="N",
        help=f"drawings to choose from, 2 to {MOST}",
    )
    parser.add_argument("--chooser", type=Path, required=True, metavar="PATH", help="a recogniser, or a classifier")
    parser.add_argument(
        "--judge", type=Path, required=True, metavar="PATH", help="another one, which judges the choice"
    )
    parser.add_argument("--worst", type=values.whole, default=20, help="categories to list, those that fail most")
    arguments.add_sampling(parser, count=50)
    arguments.add_place(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a subject instead of a table")


def run(args: argparse.Namespace) -> int:
    """Draw, choose and judge each subject, and print the worst of them and the mean of all."""
    torch.set_num_threads(args.threads)
    chooser, judge = load_classifier(args.chooser, args.device), load_classifier(args.judge, args.device)
    choices = choose(args.checkpoints, args.subject)
    for each in (chooser, judge):
        each.check(card.name for choice in choices for card in choice.subjects)
    found: list[BestOf] = []
    with tqdm(total=sum(len(choice.numbers) for choice in choices), unit=" subjects", disable=None, leave=False) as bar:
        for choice in choices:
            for subject in choice.load(args.device):
                temp_xy, temp_p = arguments.temperatures(args, subject.card)
                found.append(
                    best_of(subject, chooser, judge, arguments.seeds(args), args.best, temp_xy=temp_xy, temp_p=temp_p)
                )
                bar.update()
                if args.json:
                    print(json.dumps(asdict(found[-1])), flush=True)
    if not args.json:
        print(_table(found, args.worst, args.best))
    return 0


def _table(found: Sequence[BestOf], worst: int, best: int) -> str:
    """Those that fail most by the judge, and the mean of all."""
    listed = sorted(found, key=lambda each: -each.judge.single)[:worst]
    rows = [
        [each.category, *(f"{share:.1%}" for which in (each.judge, each.chooser) for share in asdict(which).values())]
        for each in [*listed, together(found)]
    ]
    head = [text.format(best=best) for text in HEAD]
    return tabulate(rows, headers=head, tablefmt="pipe", disable_numparse=True)
