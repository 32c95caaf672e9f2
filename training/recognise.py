"""`python -m training recognise`: how often drawings of checkpoints are recognised, beside real ones."""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from model.checkpoint import Checkpoint, load_checkpoint
from model.decode import Drawing, draw
from model.names import match_key
from model.strokes import Array
from training.classifier import load_classifier
from training.collection import Files, files_by_category
from training.errors import DataError
from training.formats import read_drawings
from training.recognisability import Recognisability, recognisability
from training.sketch import category_of
from training.split import split_of

BATCH = 250  # drawings decoded side by side


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Top-1 and top-5 of a classifier over drawings, beside the same over held-out real drawings."
    parser.add_argument("subjects", nargs="+", type=Path, metavar="CKPT", help="checkpoints, or files of drawings")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="real drawings, a file a category")
    parser.add_argument("--count", type=_count, default=500, help="drawings of each subject")
    parser.add_argument("--seed", type=int, default=0, help="the first drawing's; the others follow")
    parser.add_argument(
        "--temp-xy", type=_temperature, help="temperature of the moves (default: what each card recommends)"
    )
    parser.add_argument(
        "--temp-p", type=_temperature, help="temperature of the pen (default: what each card recommends)"
    )
    parser.add_argument("--skip-bad", action="store_true", help="pass over lines that cannot be read")
    add_judge(parser)


def add_judge(parser: argparse.ArgumentParser) -> None:
    """Who judges, where, and how the result is printed."""
    parser.add_argument("--classifier", type=Path, required=True, metavar="FILE")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads")
    parser.add_argument("--json", action="store_true", help="one JSON object a subject instead of a line to read")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"a count is a whole number above 0, not {text!r}")
    return int(text)


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"a temperature is a number from 0 up, not {text!r}")
    return value


def run(args: argparse.Namespace) -> int:
    """Judge each subject as the arguments say and print what was found."""
    torch.set_num_threads(args.threads)
    classifier = load_classifier(args.classifier, args.device)
    files = files_by_category(args.data)
    for path in args.subjects:
        about, drawings = _file(path, args) if path.is_file() else _checkpoint(path, args)
        name = known(str(about["category"]), classifier.names)
        drawn = recognisability(classifier, drawings, name)
        real = recognisability(classifier, held_out(files, name, skip_bad=args.skip_bad), name)
        ratio = drawn.top1 / real.top1 if real.top1 else None
        if args.json:
            print(json.dumps({**about, "drawn": asdict(drawn), "real": asdict(real), "ratio": ratio}), flush=True)
        else:
            print(f"{path} ({name}): {_line(drawn)}; held-out real drawings: {_line(real)}", flush=True)
    return 0


def held_out(files: Files, category: str, *, skip_bad: bool = False) -> list[Array]:
    """The real drawings of a category that no classifier was trained on: its valid and test splits.

    Nothing about the classifier is chosen by either, and both together halve the noise of rare categories. As in
    `training.gallery`, drawings that the game's own recogniser turned down are left out. Raises DataError for none.
    """
    drawings = [
        sketch.stroke5
        for path in files.get(category, ())
        for sketch in read_drawings(path, skip_bad=skip_bad)
        if sketch.recognized is not False and split_of(sketch.stroke5) != "train"
    ]
    if not drawings:
        raise DataError(f"no held-out real drawings of {category!r}")
    return drawings


def _checkpoint(path: Path, args: argparse.Namespace) -> tuple[dict[str, object], list[Array]]:
    """What was drawn and how, and the drawings, of a checkpoint."""
    checkpoint = load_checkpoint(path, args.device)
    card = checkpoint.card
    temp_xy = card.temp_xy if args.temp_xy is None else args.temp_xy
    temp_p = card.temp_p if args.temp_p is None else args.temp_p
    drawn = drawn_by(checkpoint, range(args.seed, args.seed + args.count), temp_xy=temp_xy, temp_p=temp_p)
    cut = sum(not drawing.ended for drawing in drawn)
    about = {"subject": str(path), "category": card.category, "temp_xy": temp_xy, "temp_p": temp_p, "cut": cut}
    return about, [drawing.stroke5 for drawing in drawn]


def drawn_by(checkpoint: Checkpoint, seeds: range, *, temp_xy: float, temp_p: float) -> list[Drawing]:
    """A drawing of the checkpoint for each seed, as long as its card allows."""
    return [
        drawing
        for i in range(0, len(seeds), BATCH)
        for drawing in draw(
            checkpoint.module,
            seeds[i : i + BATCH],
            temp_xy=temp_xy,
            temp_p=temp_p,
            max_points=checkpoint.card.max_points,
            device=checkpoint.device,
        )
    ]


def _file(path: Path, args: argparse.Namespace) -> tuple[dict[str, object], list[Array]]:
    """The same of a file of drawings, named after its category: some of them, picked at random."""
    drawings = [sketch.stroke5 for sketch in read_drawings(path, skip_bad=args.skip_bad)]
    picked = np.random.default_rng(args.seed).permutation(len(drawings))[: args.count]
    category = category_of(path)
    return {"subject": str(path), "category": category}, [drawings[i] for i in sorted(picked)]


def known(category: str, names: Sequence[str]) -> str:
    """The classifier's own spelling of a category, or the category as it is if there is none."""
    return next((name for name in names if match_key(name) == match_key(category)), category)


def _line(found: Recognisability) -> str:
    low, high = found.top1_range95
    mistakes = ", ".join(f"{name} {share:.0%}" for name, share in found.mistaken_for.items())
    return (
        f"top-1 {found.top1:.1%} ({low:.1%} to {high:.1%}), top-5 {found.top5:.1%} of {found.n}"
        f"{f', mistaken for {mistakes}' if mistakes else ''}"
    )
