"""What keeps PyTorch from a GPU, in words that say what to do."""

import warnings
from pathlib import Path

import torch

from app.engine.device import Choice, device_of
from app.errors import SettingsError

CARDS = (Path("/dev/nvidia0"), Path("/dev/dxg"))  # where a driver shows a card: on Linux, and in WSL
INDEX = "https://download.pytorch.org/whl/cu130"


def card_is_there() -> bool:
    """Whether the system shows an NVIDIA card, whatever PyTorch makes of it."""
    return any(path.exists() for path in CARDS)


def why_not() -> str:
    """Why PyTorch finds no CUDA device."""
    if torch.version.cuda is None:
        return f"PyTorch {torch.__version__} is built for the CPU alone: install it from {INDEX}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is warned of is in the error, too
            torch.cuda.init()  # type: ignore[no-untyped-call]
    except (AssertionError, RuntimeError) as error:
        said = str(error).strip().partition("\n")[0]
        return (
            f"PyTorch is built for CUDA {torch.version.cuda}, whose driver must be as new (nvidia-smi shows it): {said}"
        )
    return f"PyTorch is built for CUDA {torch.version.cuda}, and is shown no card: is CUDA_VISIBLE_DEVICES empty?"


def find_device(choice: Choice) -> str:
    """As `device_of`; the error says what keeps PyTorch from the card."""
    try:
        return device_of(choice)
    except SettingsError as error:
        raise SettingsError(f"{error}; set INKSTREAM_DEVICE=cpu, or mend it: {why_not()}") from None
