"""Writing a checkpoint, so that its folder holds a whole one at every moment."""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from model.archive.torchscript import archive_of
from model.card import Card
from model.checkpoint import check_card
from model.encoder import decoder_of
from model.errors import CheckpointError
from model.files import CARD, FORMER, MODEL, C
from model.weights import Weights


def save_checkpoint(folder: Path, weights: Weights, card: Card) -> Card:
    """Write a checkpoint, the folder holding a whole one at every moment; returns the card with its `sha256`.

    Both files are written whole under temporary names; the card, which makes the model valid, is put in place last,
    and until then the older model lies beside. Raises CheckpointError when that fails; the older one is then as it was;
    WeightsError where `weights` (`model.weights`) are no network's, CheckpointCorrupt where the card is not theirs.
    """
    decoder = decoder_of(weights)
    check_card(folder / MODEL, card, decoder)
    return write_checkpoint(folder, archive_of(decoder), card)


def write_checkpoint(folder: Path, content: bytes, card: C) -> C:
    """The same of a model of any kind, from the bytes of its file."""
    temporary_model, temporary_card = folder / f".{MODEL}.tmp", folder / f".{CARD}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        card = card.model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
        _write(temporary_model, content)
        _write(temporary_card, _text(card))
        _put_in_place(folder, temporary_model, temporary_card)
    except OSError as error:
        raise CheckpointError(f"{folder} could not be written: {error.strerror or error}") from error
    finally:
        _remove(temporary_model, temporary_card)
    return card


def write_card(folder: Path, card: BaseModel) -> None:
    """Put another card beside a model that stays as it is. Raises CheckpointError when it cannot be written."""
    temporary = folder / f".{CARD}.tmp"
    try:
        _write(temporary, _text(card))
        temporary.replace(folder / CARD)
    except OSError as error:
        raise CheckpointError(f"{folder / CARD} could not be written: {error.strerror or error}") from error
    finally:
        _remove(temporary)


def _text(card: BaseModel) -> bytes:
    return (card.model_dump_json(indent=2) + "\n").encode()


def _put_in_place(folder: Path, new_model: Path, new_card: Path) -> None:
    model, former = folder / MODEL, folder / FORMER
    had_one = model.exists()
    if had_one:
        shutil.copyfile(model, former)
    try:
        new_model.replace(model)
        new_card.replace(folder / CARD)
    except BaseException:  # Ctrl-C, too: the new model and the former card would be no checkpoint
        if had_one:
            former.replace(model)
        else:
            model.unlink(missing_ok=True)
        raise
    finally:
        _remove(former)


def _remove(*paths: Path) -> None:
    """What is not there any more, or never could be, is no reason to fail."""
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
