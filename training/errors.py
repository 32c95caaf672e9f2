"""Everything that `training` raises on purpose.

InkstreamError
+-- DataError        a dataset file that cannot be read, or that holds too little
+-- TrainingError    a run that cannot start, resume or go on
"""

from model.errors import InkstreamError


class DataError(InkstreamError):
    """A dataset file that cannot be read; the message names the file and, where there is one, the line."""


class TrainingError(InkstreamError):
    """A training run that cannot start, resume or go on."""
