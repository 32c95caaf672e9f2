"""`python -m training beginnings`: how a classifier does on held-out drawings, whole and unfinished."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from model.recogniser.card import RecogniserCard, Score, read_recogniser_card
from model.saving import write_card
from training import arguments
from training.classifier.loading import load_classifier
from training.convert.writable import check_folder, check_picture
from training.data.collection import files_by_category
from training.data.selection import whole_split
from training.errors import ClassifierError
from training.score.beginnings import Beginnings, beginnings, numbered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Top-1 and top-5 of a classifier over all held-out drawings of people, none left out, and over the first 30, "
        "50 and 80 % of their strokes; and how far it is from being as sure as it is right."
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="real drawings, a file a category")
    parser.add_argument("--split", choices=("valid", "test"), default="test", help="score this split")
    parser.add_argument("--skip-bad", action="store_true", help="pass over lines that cannot be read")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw how sure it is beside how often it is right")
    parser.add_argument("--write", action="store_true", help="write the scores into the recogniser's card")
    arguments.add_classifier(parser)


def run(args: argparse.Namespace) -> int:
    """Score as the arguments say; print a table, or one JSON object a line."""
    torch.set_num_threads(args.threads)
    card = _card(args) if args.write else None
    if args.figure:
        check_picture(args.figure)
    classifier = load_classifier(args.classifier, args.device)
    held_out = whole_split(files_by_category(args.data), args.split, skip_bad=args.skip_bad)
    drawings, category = numbered(held_out, classifier.names)
    scores = beginnings(classifier, drawings, category)
    if args.figure:
        # Not at the top: the first import of matplotlib looks through the machine's fonts and writes a file of them.
        from training.figure.reliability import reliability  # noqa: PLC0415

        reliability(scores, args.figure)
    if card:
        _write(args.classifier, card.sha256, scores)
    if args.json:
        for score in scores:
            print(json.dumps({**asdict(score), "calibration_error": score.calibration_error}))
    else:
        print("\n".join(_table(scores)))
    return 0


def _card(args: argparse.Namespace) -> RecogniserCard:
    """The card that is to be written. Raises InkstreamError where there is none, or it could not be."""
    if not args.classifier.is_dir():
        raise ClassifierError(f"{args.classifier} has no card: --write is for a recogniser's folder")
    check_folder(args.classifier)
    return read_recogniser_card(args.classifier)


def _write(folder: Path, sha256: str, scores: Sequence[Beginnings]) -> None:
    card = read_recogniser_card(folder)
    if card.sha256 != sha256:
        raise ClassifierError(f"{folder} holds another network by now: its card stays as it is")
    found = tuple(
        Score(
            part=score.part,
            drawings=score.drawings,
            top1=round(score.top1, 4),
            top5=round(score.top5, 4),
            top1_by_category=round(score.top1_by_category, 4),
            calibration_error=round(score.calibration_error, 4),
        )
        for score in scores
    )
    write_card(folder, card.model_copy(update={"scores": found}))


def _table(scores: Sequence[Beginnings]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [
        f"| strokes | top-1 of {scores[0].drawings:,} drawings | top-5 | top-1, categories alike | top-5 | off by |",
        "|---|---|---|---|---|---|",
    ]
    for score in scores:
        shares = (score.top1, score.top5, score.top1_by_category, score.top5_by_category, score.calibration_error)
        lines.append(f"| {score.part:.0%} | {' | '.join(f'{100 * share:.1f} %' for share in shares)} |")
    return lines
