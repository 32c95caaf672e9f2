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

OURS = {"app", "benchmarks", "inkstream", "model", "tests", "training"}


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


def first_line(error: Exception) -> str:
    """What a library's error says, on one line; its kind where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def how_to_install(error: ModuleNotFoundError, extra: str = "") -> str:
    """One line that says which install brings a package; `extra` is a part of pyproject.toml.

    Raises the error again where the module that is lacking is one of our own: no install would bring it.
    """
    package = (error.name or "").partition(".")[0]
    if package in OURS or not package:
        raise error
    script = f"./scripts/install {extra}".rstrip()
    wanted = f"inkstream[{extra}]" if extra else "inkstream"
    return f"{package} is not installed: {script} brings it, or pip install '{wanted}' where Inkstream is a package"
