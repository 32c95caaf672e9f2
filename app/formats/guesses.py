"""What a drawing is taken for: the categories that it may show, likeliest first."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.catalogue.catalogue import Catalogue, Category
from app.formats.given import Given

TOP = 5  # guesses where nobody says how many
MOST_GUESSES = 1000  # that may be asked for: more than a recogniser has names
SURE = 0.7  # probability from which on the service is sure: seven in ten such guesses are right
DECIMALS = 4  # of a probability


class Showing(Given):
    """A drawing, finished or not, and how many guesses at what it shows are wanted."""

    top: int = Field(TOP, ge=1, le=MOST_GUESSES, description="How many guesses at most, the likeliest first.")


class RecognitionRequest(Showing):
    """What to recognise."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Guess(BaseModel):
    """A category that a drawing may show."""

    slug: str = Field(description="Its name in paths.", examples=["cat"])
    name: str = Field(description="Its name.", examples=["cat"])
    probability: float = Field(description="How likely it is, 0 to 1.", examples=[0.83])


class Guesses(BaseModel):
    """What a drawing may show."""

    guesses: list[Guess] = Field(
        description="The likeliest first. What is left to 1 is for other things, and for those that are not drawn here."
    )
    sure: bool = Field(description="Whether the first guess is likely to be right: its probability is at least 0.7.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A category with the probability that it is what a drawing shows."""

    category: Category
    probability: float


def seen(catalogue: Catalogue, column: Callable[[str], int | None], scores: NDArray[np.float32]) -> list[Seen]:
    """Every category that a recogniser knows, likeliest first.

    `column`: the number of a category's name in `scores` [names], which are natural logarithms.
    """
    found = [
        Seen(category, math.exp(scores[number]))
        for category in catalogue.categories()
        if (number := column(category.name)) is not None
    ]
    return sorted(found, key=lambda each: -each.probability)


def guesses(found: Sequence[Seen], top: int) -> dict[str, object]:
    """The first of them as the body of an answer, `Guesses`."""
    return {
        "guesses": [
            {"slug": each.category.slug, "name": each.category.name, "probability": round(each.probability, DECIMALS)}
            for each in found[:top]
        ],
        "sure": bool(found) and found[0].probability >= SURE,
    }
