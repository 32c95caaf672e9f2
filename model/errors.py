"""Everything that `model` raises on purpose.

InkstreamError
+-- DrawingError (ValueError)      strokes that are not a drawing
+-- CheckpointError                a checkpoint that cannot be used
    +-- CheckpointMissing          a file of it is not there
    +-- CheckpointCorrupt          a file of it is not what its card says
    +-- CheckpointOutdated         it is of an older format, and has to be exported again
+-- WeightsError                   tensors that are the weights of no network
+-- LatentError (ValueError)       a text that is no latent code of this network
"""


class InkstreamError(Exception):
    """Base of all errors that Inkstream raises on purpose."""


class DrawingError(InkstreamError, ValueError):
    """Strokes that are not a drawing: empty, not finite, wrong shape, broken pen states."""


class CheckpointError(InkstreamError):
    """A checkpoint folder that cannot be used; the message names the folder."""


class CheckpointMissing(CheckpointError):
    """`model.pt` or `card.json` is not there."""


class CheckpointCorrupt(CheckpointError):
    """`card.json` is unreadable, or `model.pt` is not the file that the card describes."""


class CheckpointOutdated(CheckpointError):
    """The checkpoint is of an older format; `python -m training export` brings it over."""


class LatentError(InkstreamError, ValueError):
    """A text that is no latent code: of another version, of another length, or none at all."""


class WeightsError(InkstreamError):
    """Tensors that are the weights of no network: one is missing, or of a wrong size."""
