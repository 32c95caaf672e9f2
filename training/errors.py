"""Everything that `training` raises on purpose.

InkstreamError
+-- DataError        a file of drawings or of published weights that cannot be read, or that holds too little
+-- TrainingError    a run that cannot start, resume or go on
+-- ClassifierError  a classifier that cannot be used, or that does not know a category
+-- ExportError      a checkpoint that cannot be made of what is there
+-- DownloadError    files that could not be fetched
+-- FigureError      a figure that cannot be made of what is there
"""

from model.errors import InkstreamError


class DataError(InkstreamError):
    """A file of drawings or of published weights that cannot be read; the message names it and, if any, the line."""


class TrainingError(InkstreamError):
    """A training run that cannot start, resume or go on."""


class ClassifierError(InkstreamError):
    """A classifier that cannot be used, or that does not know a category."""


class ExportError(InkstreamError):
    """A checkpoint that cannot be made of what is there."""


class DownloadError(InkstreamError):
    """Files that could not be fetched; a line for each that names it and says why."""


class FigureError(InkstreamError):
    """A figure that cannot be made of what is there, or cannot be written."""
