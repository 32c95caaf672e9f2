"""What a checkpoint draws, as commands ask for it: how many, from which seed on, how warm."""

import argparse
import math

from model.card import Card
from model.checkpoint import Checkpoint
from model.decode import Drawing, draw
from training.arguments import whole

BATCH = 250  # drawings decoded side by side


def add_arguments(parser: argparse.ArgumentParser, count: int) -> None:
    """How many drawings of each checkpoint (`count` unless it is said), their seeds and temperatures."""
    recommended = "(default: what each card recommends)"
    add_count(parser, count)
    parser.add_argument("--temp-xy", type=temperature, help=f"temperature of the moves {recommended}")
    parser.add_argument("--temp-p", type=temperature, help=f"temperature of the pen {recommended}")


def add_count(parser: argparse.ArgumentParser, count: int) -> None:
    """How many drawings of each checkpoint (`count` unless it is said), and their seeds."""
    parser.add_argument("--count", type=whole, default=count, help="drawings of each subject")
    parser.add_argument("--seed", type=int, default=0, help="the first drawing's; the others follow")


def seeds(args: argparse.Namespace) -> range:
    """The seeds that the arguments ask for."""
    return range(args.seed, args.seed + args.count)


def temperatures(args: argparse.Namespace, card: Card) -> tuple[float, float]:
    """T_xy and T_p: those asked for, else those that the card recommends."""
    temp_xy = card.temp_xy if args.temp_xy is None else args.temp_xy
    return temp_xy, card.temp_p if args.temp_p is None else args.temp_p


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


def temperature(text: str) -> float:
    """A temperature from the command line."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"a temperature is a number from 0 up, not {text!r}")
    return value
