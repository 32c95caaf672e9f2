"""`python -m training recommend`: the temperatures at which a checkpoint's drawings are told best, into its card."""

import argparse
import json
import logging
from dataclasses import asdict
from pathlib import Path

import torch

from model.checkpoint import Checkpoint, load_checkpoint, write_card
from training import arguments
from training.classifier.network import Classifier, load_classifier, matching_name
from training.score.recognisability import Recognisability, recognisability
from training.score.sampling import sample_drawings

log = logging.getLogger(__name__)
TEMPS_XY = (0.15, 0.25, 0.35, 0.5)
TEMPS_P = (0.5, 0.7, 0.9)  # the pen does better warmer than the moves (docs/lab-notes.md)
FIRST_SEED = 10**9  # far from the seeds that scores are reported for, so that none is chosen by its own drawings
SLACK = 0.03  # a warmer pair, whose drawings vary more, is preferred at this much less top-1

Found = dict[tuple[float, float], Recognisability]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Try a grid of temperatures and recommend the warmest pair whose drawings are told about best."
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="CKPT", help="checkpoints' folders")
    parser.add_argument("--temps-xy", type=float, nargs="+", default=TEMPS_XY, metavar="T", help="to try for the moves")
    parser.add_argument("--temps-p", type=float, nargs="+", default=TEMPS_P, metavar="T", help="to try for the pen")
    parser.add_argument("--count", type=int, default=300, help="drawings for each pair")
    parser.add_argument("--write", action="store_true", help="write the pair into the card")
    arguments.add_classifier(parser)


def run(args: argparse.Namespace) -> int:
    """Try, print and, with --write, recommend."""
    torch.set_num_threads(args.threads)
    classifier = load_classifier(args.classifier, args.device)
    for path in args.checkpoints:
        checkpoint = load_checkpoint(path, args.device)
        found = grid(checkpoint, classifier, args.temps_xy, args.temps_p, args.count)
        temp_xy, temp_p = warmest(found)
        for (xy, p), score in found.items():
            line = {"subject": str(path), "temp_xy": xy, "temp_p": p, **asdict(score)}
            print(json.dumps(line) if args.json else f"{path} at {xy:g}, {p:g}: top-1 {score.top1:.1%}", flush=True)
        log.info("%s: temp_xy %g, temp_p %g", path, temp_xy, temp_p)
        if args.write:
            write_card(path, checkpoint.card.model_copy(update={"temp_xy": temp_xy, "temp_p": temp_p}))
    return 0


def grid(
    checkpoint: Checkpoint, classifier: Classifier, temps_xy: list[float], temps_p: list[float], count: int
) -> Found:
    """Recognisability of `count` drawings at each pair of temperatures."""
    name = matching_name(checkpoint.card.category, classifier.names)
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    return {
        (xy, p): recognisability(
            classifier, [drawing.stroke5 for drawing in sample_drawings(checkpoint, seeds, temp_xy=xy, temp_p=p)], name
        )
        for xy in temps_xy
        for p in temps_p
    }


def warmest(found: Found) -> tuple[float, float]:
    """The pair with the highest temperatures, that of the moves first, among those within `SLACK` of the best."""
    best = max(score.top1 for score in found.values())
    return max(pair for pair, score in found.items() if score.top1 >= best - SLACK)
