"""`python -m training recognise`: how often drawings of subjects are recognised, beside real ones."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from model.strokes import Array
from training import arguments
from training.classifier.classifier import matching_name
from training.classifier.loading import load_classifier
from training.data.collection import files_by_category
from training.data.formats import read_drawings
from training.data.selection import held_out
from training.data.sketch import category_of
from training.score.recognisability import Recognisability, recognisability
from training.score.sampling import sample_drawings
from training.score.subject import Choice, Subject, choose


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Top-1 and top-5 of a classifier over drawings, beside the same over held-out real drawings."
    parser.add_argument("sources", nargs="+", type=Path, metavar="CKPT", help="checkpoints, or files of drawings")
    arguments.add_subjects(parser)
    arguments.add_real(parser)
    arguments.add_sampling(parser, count=500)
    arguments.add_classifier(parser)


def run(args: argparse.Namespace) -> int:
    """Judge each subject, and each file, as the arguments say and print what was found."""
    torch.set_num_threads(args.threads)
    classifier = load_classifier(args.classifier, args.device)
    files = files_by_category(args.data)
    choices = _choices(args)
    classifier.check(card.name for choice in choices.values() for card in choice.subjects)
    classifier.check(category_of(path) for path in args.sources if path.is_file())
    for about, drawings in _drawn(args, choices):
        name = matching_name(str(about["category"]), classifier.names)
        found = recognisability(classifier, drawings, name)
        real = recognisability(classifier, held_out(files, name, skip_bad=args.skip_bad), name)
        ratio = found.top1 / real.top1 if real.top1 else None
        if args.json:
            print(json.dumps({**about, "drawn": asdict(found), "real": asdict(real), "ratio": ratio}), flush=True)
        else:
            print(f"{about['subject']} ({name}): {_line(found)}; held-out real drawings: {_line(real)}", flush=True)
    return 0


def _choices(args: argparse.Namespace) -> dict[Path, Choice]:
    """Those of the checkpoints, by their folders."""
    folders = [path for path in args.sources if not path.is_file()]
    return {choice.folder: choice for choice in choose(folders, args.subject)} if folders else {}


def _drawn(args: argparse.Namespace, choices: dict[Path, Choice]) -> Iterator[tuple[dict[str, object], list[Array]]]:
    """What was drawn and how, and the drawings, of each file and of each subject of the checkpoints."""
    for path in args.sources:
        if path.is_file():
            yield _file(path, args)
        elif path in choices:
            for subject in choices[path].load(args.device):
                yield _subject(subject, args)


def _subject(subject: Subject, args: argparse.Namespace) -> tuple[dict[str, object], list[Array]]:
    """The same of what a checkpoint draws."""
    temp_xy, temp_p = arguments.temperatures(args, subject.card)
    drawings = sample_drawings(subject, arguments.seeds(args), temp_xy=temp_xy, temp_p=temp_p)
    cut = sum(not drawing.ended for drawing in drawings)
    about = {"subject": str(subject), "category": subject.card.name, "temp_xy": temp_xy, "temp_p": temp_p, "cut": cut}
    return about, [drawing.stroke5 for drawing in drawings]


def _file(path: Path, args: argparse.Namespace) -> tuple[dict[str, object], list[Array]]:
    """The same of a file of drawings, named after its category: some of them, picked at random."""
    drawings = [sketch.stroke5 for sketch in read_drawings(path, skip_bad=args.skip_bad)]
    picked = np.random.default_rng(args.seed).permutation(len(drawings))[: args.count]
    category = category_of(path)
    return {"subject": str(path), "category": category}, [drawings[i] for i in sorted(picked)]


def _line(found: Recognisability) -> str:
    low, high = found.top1_range95
    mistakes = ", ".join(f"{name} {share:.0%}" for name, share in found.mistaken_for.items())
    return (
        f"top-1 {found.top1:.1%} ({low:.1%} to {high:.1%}), top-5 {found.top5:.1%} of {found.n}"
        f"{f', mistaken for {mistakes}' if mistakes else ''}"
    )
