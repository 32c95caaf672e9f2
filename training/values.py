"""What an option of a command line may be: types for argparse that know their bounds, which it names with the option.

So a slip is found before anything is read. What a card holds, or a service draws by, has the bounds of `model.card`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

from model.card import LONGEST_NAME, MAX_TEMPERATURE, SEEDS
from model.names import slug

MOST = 10**12  # of what is only counted: steps, points, drawings
MOST_AT_ONCE = 1024  # threads, processes, connections
WIDEST = 2**14  # numbers of a layer: more do not fit into a GPU
LARGEST_BATCH = 10**6  # drawings a step


class Credit(NamedTuple):
    """Where drawings come from, and by which licence."""

    source: str
    licence: str


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A type: a whole number in these bounds, which may be reached."""

    def value(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least:,} to {most:,} is wanted, not {text!r}")
        return found

    return value


def number(least: float, most: float) -> Callable[[str], float]:
    """A type: a number in these bounds, which may be reached."""

    def value(text: str) -> float:
        try:
            found = float(text)
        except ValueError:
            found = least - 1
        if not least <= found <= most:  # so is no `nan`
            raise argparse.ArgumentTypeError(f"a number from {least:,.12g} to {most:,.12g} is wanted, not {text!r}")
        return found

    return value


whole = whole_number(1, MOST)
count = whole_number(0, MOST)
points = whole_number(2, MOST)  # of a drawing, the one that ends it too
at_once = whole_number(1, MOST_AT_ONCE)
width = whole_number(1, WIDEST)
batch = whole_number(1, LARGEST_BATCH)
seed = whole_number(0, SEEDS - 1)
share = number(0, 1)
rate = number(0, 1)  # of learning
dropout = number(0, 0.99)  # of all there would be nothing left to learn from
epochs = number(1e-6, 1e6)
seconds = number(0.001, 1e6)
temperature = number(0, MAX_TEMPERATURE)


def credit(text: str) -> Credit:
    """`SOURCE; LICENCE`, neither of them empty."""
    source, _, licence = (part.strip() for part in text.rpartition(";"))
    if not (source and licence):
        raise argparse.ArgumentTypeError(f"a credit reads 'SOURCE; LICENCE', not {text!r}")
    return Credit(source, licence)


def category(text: str) -> str:
    """A name that a card can hold, and a folder can have."""
    try:
        longest = max(len(text), len(slug(text)))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if longest > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"a name has at most {LONGEST_NAME} characters, not {longest}")
    return text


def folder_name(text: str) -> str:
    """Of one folder, in another and not hidden there."""
    if not text or text.startswith(".") or Path(text).name != text:
        raise argparse.ArgumentTypeError(f"the name of a folder has no / and does not begin with a dot, as {text!r}")
    return text


def device_anywhere(text: str) -> str:
    """A device that the code works on, whether or not this machine has one."""
    try:
        known = torch.device(text).type in ("cpu", "cuda")
    except RuntimeError:
        known = False
    if not known:
        raise argparse.ArgumentTypeError(f"a device is cpu, cuda, or cuda:1 for the second GPU, not {text!r}")
    return text


def device(text: str) -> str:
    """A device of this machine."""
    place = torch.device(device_anywhere(text))
    there = torch.cuda.device_count() if place.type == "cuda" else 1
    if (place.index or 0) >= there:
        raise argparse.ArgumentTypeError(f"{text!r} is not there: PyTorch finds {there or 'no'} such device")
    return text
