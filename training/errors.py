"""Everything that `training` raises on purpose.

InkstreamError
+-- DataError        a dataset file that cannot be read, or that holds too little
+-- TrainingError    a run that cannot start, resume or go on
+-- ClassifierError  a classifier of pictures that cannot be used, or that does not know a category
"""

from model.errors import InkstreamError


class DataError(InkstreamError):
    """A dataset file that cannot be read; the message names the file and, where there is one, the line."""


class TrainingError(InkstreamError):
    """A training run that cannot start, resume or go on."""


class ClassifierError(InkstreamError):
    """A classifier of pictures that cannot be used, or that does not know a category."""
