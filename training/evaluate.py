"""`python -m training evaluate`: the score of a checkpoint on drawings."""

import argparse
import json
from pathlib import Path

import torch

from model.checkpoint import Checkpoint, load_checkpoint
from training.corpus import Corpus
from training.errors import DataError
from training.formats import read_drawings
from training.score import Scores, measure
from training.split import split_of
from training.spool import Spool

SPLITS = ("all", "train", "valid", "test")


def read_split(files: list[Path], split: str, *, skip_bad: bool = False) -> Corpus:
    """The drawings of one split of some files, `all` for every drawing. Raises DataError when there is none."""
    with Spool() as spool:
        for path in files:
            for sketch in read_drawings(path, skip_bad=skip_bad):
                if split == "all" or split_of(sketch.stroke5) == split:
                    spool.add(sketch.stroke5)
        if not len(spool):
            raise DataError(f"no drawing of the {split} split in {', '.join(map(str, files))}")
        return spool.corpus()


def scores_of(checkpoint: Checkpoint, corpus: Corpus) -> Scores:
    """Scores of each drawing under a loaded checkpoint."""
    return measure(lambda rows, _: checkpoint.module.log_prob(rows), corpus, checkpoint.device)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Nats per point of a checkpoint on real drawings, in pixels of the 0..255 box."
    parser.add_argument("checkpoint", type=Path, metavar="CKPT", help="a checkpoint's folder")
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="FILE", help="drawings, in any format of docs/data.md"
    )
    parser.add_argument("--split", choices=SPLITS, default="all", help="score this split only (default: every drawing)")
    parser.add_argument("--resamples", type=int, default=2000, help="for the 95 %% range of the total; 0 leaves it out")
    parser.add_argument("--skip-bad", action="store_true", help="pass over lines that cannot be read")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a line to read")


def run(args: argparse.Namespace) -> int:
    """Score as the arguments say and print the result."""
    torch.set_num_threads(args.threads)
    checkpoint = load_checkpoint(args.checkpoint, args.device)
    corpus = read_split(args.data, args.split, skip_bad=args.skip_bad)
    scores = scores_of(checkpoint, corpus)
    nats = scores.nats()
    result: dict[str, object] = {
        "category": checkpoint.card.category,
        "drawings": len(corpus),
        "points": corpus.points,
        **{name: round(value, 4) for name, value in nats.model_dump().items()},
    }
    if args.resamples:
        result["range95"] = [round(edge, 4) for edge in scores.interval(resamples=args.resamples)]
    if args.json:
        print(json.dumps(result))
    else:
        between = f" (95 % range {result['range95']})" if args.resamples else ""
        print(
            f"{checkpoint.card.category}: {nats.total:.3f} nats per point{between}, "
            f"xy {nats.xy:.3f}, pen {nats.pen:.3f}, over {len(corpus)} drawings with {corpus.points} points"
        )
    return 0
