"""`python -m training recommend`: the temperatures at which subjects are recognised best, into their cards."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

import torch
from tabulate import tabulate
from tqdm import tqdm

from training import arguments, values
from training.classifier.classifier import Classifier, matching_name
from training.classifier.loading import load_classifier
from training.data.collection import Files, files_by_category
from training.data.selection import held_out
from training.score.recognisability import Recognisability, recognisability
from training.score.subject import Choice, Subject, choose
from training.score.temperatures import Pair, Recommendation, Tried, recommend, try_all

TEMPS_XY = (0.1, 0.15, 0.25, 0.35, 0.5)
TEMPS_P = (0.5, 0.7, 0.9)  # the pen does better warmer than the moves (docs/lab-notes.md)
HEAD = ("subject", "T_xy / T_p", "top-1", "real", "ratio", "ends", "seed")

Real = dict[str, Recognisability]  # by the classifier's name of the category


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Try a grid of temperatures for each subject and recommend the warmest pair of those at which its drawings are "
        "recognised, and end by themselves, about best. docs/scores.md says how."
    )
    arguments.add_checkpoints(parser)
    for axis, temperatures in (("xy", TEMPS_XY), ("p", TEMPS_P)):
        parser.add_argument(
            f"--temps-{axis}",
            type=values.temperature,
            nargs="+",
            default=temperatures,
            metavar="T",
            help=f"to try for the {'moves' if axis == 'xy' else 'pen'}",
        )
    parser.add_argument("--count", type=values.whole, default=20, help="drawings of each subject for each pair")
    arguments.add_real(parser, required=False)
    parser.add_argument("--write", action="store_true", help="write what is recommended into the card")
    arguments.add_classifier(parser)


def run(args: argparse.Namespace) -> int:
    """Try, print and, with --write, recommend."""
    torch.set_num_threads(args.threads)
    classifier = load_classifier(args.classifier, args.device)
    choices = choose(args.checkpoints, args.subject)
    arguments.check_cards(choices, args)
    real = _real(_names(choices, classifier), classifier, args)
    rows = []
    for choice in choices:
        subjects = choice.load(args.device)
        tried = _grid(subjects, classifier, args)
        found = recommend(subjects, classifier, tried, args.count)
        theirs = [real.get(matching_name(subject.card.name, classifier.names)) for subject in subjects]
        if args.write:
            choice.write(dict(zip(choice.numbers, map(_recommended, found, theirs), strict=True)))
        for subject, each, its, people in zip(subjects, tried, found, theirs, strict=True):
            if args.json:
                print(json.dumps(_document(subject, each, its, people)), flush=True)
            rows.append(_row(subject, its, people))
    if not args.json:
        print(tabulate(rows, headers=HEAD, tablefmt="pipe", disable_numparse=True))
    return 0


def _names(choices: Sequence[Choice], classifier: Classifier) -> list[str]:
    """The classifier's names of all subjects. Raises ClassifierError for one that it does not know."""
    subjects = [subject.name for choice in choices for subject in choice.subjects]
    names = list(dict.fromkeys(matching_name(name, classifier.names) for name in subjects))
    for name in names:
        classifier.number(name)
    return names


def _real(names: Sequence[str], classifier: Classifier, args: argparse.Namespace) -> Real:
    """How people's held-out drawings of each category are recognised; nothing without --data."""
    if args.data is None:
        return {}
    files: Files = files_by_category(args.data)
    bar = tqdm(names, unit=" categories", desc="real drawings", disable=None, leave=False)
    return {name: recognisability(classifier, held_out(files, name, skip_bad=args.skip_bad), name) for name in bar}


def _grid(subjects: Sequence[Subject], classifier: Classifier, args: argparse.Namespace) -> list[dict[Pair, Tried]]:
    """What each subject's drawings are like at each pair."""
    pairs = [(xy, p) for xy in args.temps_xy for p in args.temps_p]
    tried: list[dict[Pair, Tried]] = [{} for _ in subjects]
    found = try_all(subjects, classifier, pairs, args.count)
    for pair, each in tqdm(found, total=len(pairs), unit=" pairs", disable=None, leave=False):
        for of, its in zip(tried, each, strict=True):
            of[pair] = its
    return tried


def _recommended(found: Recommendation, real: Recognisability | None) -> dict[str, float]:
    """What the card is to say of a subject."""
    changes: dict[str, float] = {"temp_xy": found.temp_xy, "temp_p": found.temp_p}
    changes["recognised"] = round(found.drawn.recognised.top1, 4)
    if real:
        changes["real"] = round(real.top1, 4)
    if found.seed is not None:
        changes["seed"] = found.seed
    return changes


def _ratio(found: Recommendation, real: Recognisability | None) -> float | None:
    return found.drawn.recognised.top1 / real.top1 if real and real.top1 else None


def _document(
    subject: Subject, tried: dict[Pair, Tried], found: Recommendation, real: Recognisability | None
) -> dict[str, object]:
    return {
        "subject": str(subject),
        "category": subject.card.name,
        "temp_xy": found.temp_xy,
        "temp_p": found.temp_p,
        "drawn": asdict(found.drawn.recognised),
        "ended": found.drawn.ended,
        "seed": found.seed,
        "real": asdict(real) if real else None,
        "ratio": _ratio(found, real),
        "tried": [
            {"temp_xy": xy, "temp_p": p, "top1": its.recognised.top1, "ended": its.ended}
            for (xy, p), its in tried.items()
        ],
    }


def _row(subject: Subject, found: Recommendation, real: Recognisability | None) -> list[str]:
    ratio = _ratio(found, real)
    return [
        str(subject),
        f"{found.temp_xy:g} / {found.temp_p:g}",
        f"{found.drawn.recognised.top1:.1%}",
        f"{real.top1:.1%}" if real else "",
        "" if ratio is None else f"{ratio:.2f}",
        f"{found.drawn.ended:.1%}",
        "" if found.seed is None else str(found.seed),
    ]
