"""Categories of drawings by their names: which of them a network knows, which are left out, which count more."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.files import json_of
from model.names import match_key
from training.data.collection import Collection
from training.data.corpus import Corpus
from training.data.source import text_of
from training.errors import TrainingError

MOST = 1_000_000  # times that a category counts: more would be all that there is


def numbers_of(names: Sequence[str], wanted: Iterable[str]) -> list[int]:
    """The numbers of some categories by any spelling of their names. Raises TrainingError for one that there is not."""
    known = {match_key(name): number for number, name in enumerate(names)}
    wanted = list(wanted)
    missing = [name for name in wanted if match_key(name) not in known]
    if missing:
        raise TrainingError(f"there is no category {', '.join(map(repr, missing))}")
    return [known[match_key(name)] for name in wanted]


def renumbered(collection: Collection, names: tuple[str, ...]) -> Collection:
    """The same drawings with the numbers that a network gives to its subjects, which may be more.

    Raises TrainingError for a category that it does not know.
    """
    if collection.names == names:
        return collection
    numbers = np.array(numbers_of(names, collection.names))

    def of(corpus: Corpus) -> Corpus:
        return replace(corpus, category=numbers[corpus.category])

    return replace(collection, names=names, train=of(collection.train), valid=of(collection.valid))


def factors_of(names: Sequence[str], weigh: Sequence[str], file: Path | None) -> dict[int, float]:
    """How much some categories count, by their numbers: of `NAME=FACTOR` and of a JSON object, the former above it.

    Raises TrainingError for what is none of these, for a factor that is no number above 0, or an unknown category;
    DataError for a file that cannot be read.
    """
    given: dict[str, object] = {}
    if file is not None:
        try:
            given = json_of(text_of(file).encode())
        except ValueError as error:
            raise TrainingError(f"{file} is no JSON object of names and factors: {error}") from error
        if not isinstance(given, dict):
            raise TrainingError(f"{file} is no JSON object of names and factors")
    for text in weigh:
        name, equals, factor = text.rpartition("=")
        if not equals:
            raise TrainingError(f"--weigh takes NAME=FACTOR, not {text!r}")
        given[name] = factor
    return dict(zip(numbers_of(names, given), map(_factor, given.items()), strict=True))


def _factor(item: tuple[str, object]) -> float:
    name, value = item
    try:
        factor = float(str(value))
    except ValueError:
        factor = math.nan
    if not 0 < factor <= MOST:
        raise TrainingError(f"{name!r} cannot count {value!r} times: a factor is a number above 0, {MOST:,} at most")
    return factor
