"""`python -m training figures`: the article's pictures, from our data and our networks."""

import argparse
import logging
from pathlib import Path

import torch

from training import values
from training.errors import FigureError

log = logging.getLogger(__name__)

SUMMARIES = {  # what each figure shows; the code of each is in training/figure/
    "dataset": "real drawings of the category (--data)",
    "representations": "points, displacements and polar displacements, and their distributions (--data)",
    "temperature": "fifteen stroke states of the logits 3, 2, 1 at several temperatures",
    "pen-temperature": "the same drawings at several temperatures of the pen",
    "move-temperature": "the same drawings at several temperatures of the moves",
    "systems": "drawings of every system that the category has",
    "alike": "likenesses of real drawings, by closeness (--data)",
    "plane": "drawings by the latent codes between those of four real ones (--data)",
    "ways": "twenty strips from one drawing of ours to another",
    "growing": "a drawing that grows point by point (GIF)",
    "belief": "what the mixture believes at each point of a drawing (GIF)",
}
MOVING = ("growing", "belief")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Make a figure, or all of them. The same inputs give the same files."
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "figures:\n" + "\n".join(f"  {name:<18}{summary}" for name, summary in SUMMARIES.items())
    parser.add_argument("name", choices=[*SUMMARIES, "all"], metavar="NAME", help="a figure's name (below), or all")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go; made if absent")
    parser.add_argument("--category", default="penguin", help="what is drawn (default: penguin)")
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), metavar="DIR", help="of the networks")
    parser.add_argument(
        "--data", type=Path, metavar="PATH", help="real drawings: a file, or a folder of one a category"
    )
    parser.add_argument(
        "--seed", type=values.seed, default=0, help="of the first drawing, and of every choice (default: 0)"
    )
    parser.add_argument("--format", choices=("svg", "png"), default="svg", help="of pictures that do not move")
    parser.add_argument("--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads")


def run(args: argparse.Namespace) -> int:
    """Make what the arguments name and say what each is."""
    # Not at the top: the first import of matplotlib looks through the machine's fonts and writes a file of them.
    from training.figure.catalogue import FIGURES  # noqa: PLC0415
    from training.figure.request import Request  # noqa: PLC0415

    torch.set_num_threads(args.threads)
    request = Request(args.category, args.checkpoints, args.data, args.seed)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FigureError(f"{args.out} cannot be made: {error.strerror or error}") from error
    for name in SUMMARIES if args.name == "all" else [args.name]:
        path = args.out / f"{name}.{'gif' if name in MOVING else args.format}"
        FIGURES[name](request, path)
        log.info("%s: %s", path, SUMMARIES[name].rpartition(" (")[0] or SUMMARIES[name])
    return 0
