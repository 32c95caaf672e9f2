"""Files of tensors, as training writes them; of what lies in one nothing is executed."""

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch

from model.errors import first_line
from model.printing import reason_of

NO_TENSORS = "it is cut or damaged, or a file of another kind"
DAMAGED = (EOFError, LookupError, TypeError, ValueError, AttributeError, RuntimeError, pickle.UnpicklingError)


def read_tensors(source: Path | io.BytesIO) -> dict[str, Any]:
    """What a file holds, by names. Raises OSError, or ValueError, which says in words why it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of archives of TorchScript, which are no such files
            found = torch.load(source, map_location="cpu", weights_only=True)
    except DAMAGED as error:  # torch's own words are many, and advise to read what may run code
        raise ValueError(NO_TENSORS) from error
    if not isinstance(found, dict):
        raise ValueError(NO_TENSORS)
    return found


def why(error: Exception) -> str:
    """Why a file does not hold what it should, on one line."""
    if isinstance(error, OSError):
        return reason_of(error)
    return f"it has no {error}" if isinstance(error, KeyError) else first_line(error)
