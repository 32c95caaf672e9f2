"""`python -m training sheet`: drawings of some subjects side by side, a row for each."""

import argparse
import logging
from pathlib import Path

import torch

from training import arguments, values
from training.convert.writable import check_picture
from training.figure.sheet_file import write_sheet
from training.score.sampling import sample_drawings
from training.score.subject import load_all

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "A sheet of new drawings: one row for each subject, seeds counted up from --seed."
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CKPT", help="a checkpoint's folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file, .svg or .png")
    parser.add_argument("--columns", type=values.whole, help="of the sheet (default: a row for each subject)")
    arguments.add_subjects(parser)
    arguments.add_sampling(parser, count=10)
    parser.add_argument("--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads")


def run(args: argparse.Namespace) -> int:
    """Draw the sheet as the arguments say."""
    torch.set_num_threads(args.threads)
    check_picture(args.out)
    drawings = []
    for subject in load_all(args.checkpoints, args.subject):
        temp_xy, temp_p = arguments.temperatures(args, subject.card)
        made = sample_drawings(subject, arguments.seeds(args), temp_xy=temp_xy, temp_p=temp_p)
        drawings += [drawing.stroke5 for drawing in made]
    write_sheet(args.out, drawings, columns=args.columns or args.count)
    log.info("%s: %d drawings", args.out, len(drawings))
    return 0
