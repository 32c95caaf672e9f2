"""What every classifier of drawings can do, whatever it looks at."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.names import match_key
from model.strokes import Array
from training.errors import ClassifierError


class Classifier(ABC):
    """Says which category drawings show. `names` of the categories are in the order of their numbers."""

    names: tuple[str, ...]

    @abstractmethod
    def classify(self, drawings: Sequence[Array]) -> NDArray[np.float32]:
        """Probabilities [n, categories] of n drawings [T, 5]; all categories are taken as equally likely before."""

    def number(self, category: str) -> int:
        """The number of a category. Raises ClassifierError when the classifier has never seen it."""
        if category not in self.names:
            raise ClassifierError(f"the classifier does not know the category {category!r}")
        return self.names.index(category)

    def check(self, categories: Iterable[str]) -> None:
        """Raises ClassifierError for the first of some categories, in whatever spelling, that it has never seen."""
        for category in categories:
            self.number(matching_name(category, self.names))


def matching_name(category: str, names: Sequence[str]) -> str:
    """The classifier's own spelling of a category, or the category as it is if there is none."""
    return next((name for name in names if match_key(name) == match_key(category)), category)


def ranks(probabilities: NDArray[np.float32], category: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many categories are found at least as likely as the right one, itself aside, for each drawing [n].

    0 is top-1, under 5 is top-5. A tie counts against the drawing: a classifier without an opinion finds nothing.
    """
    right = np.take_along_axis(probabilities, category[:, None], axis=1)
    found: NDArray[np.int64] = (probabilities >= right).sum(axis=1) - 1
    return found
