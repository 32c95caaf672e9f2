"""Checkpoints of format 1, which drew one category each, as weights and cards of today's: each drawing stays as it was.

An archive of format 1 held what it multiplied by: the rows of the head in the sampler's order, and all that adds to a
sum before a tanh twice (`model.cell.doubling`). Halving and putting in order are exact, so no bit of a drawing changes.
"""

from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter, ValidationError
from torch import Tensor

from model.card import Card, SubjectCard
from model.cell import doubling
from model.checkpoint import read_archive
from model.files import CARD
from training.data.quickdraw import known
from training.errors import ExportError

OF_THE_SUBJECT = ("slug", "max_points", "temp_xy", "temp_p")  # keys that have moved there
_OBJECT = TypeAdapter(dict[str, Any])


def is_format1(content: bytes) -> bool:
    """Whether that is the content of such a checkpoint's card."""
    try:
        card = _OBJECT.validate_json(content)
    except ValidationError:
        return False
    return "category" in card and card.get("format", 1) == 1


def read_format1(folder: Path) -> tuple[Card, dict[str, Tensor]]:
    """The card and the weights of such a checkpoint. Raises ExportError, or as `load_checkpoint` does."""
    try:
        old = _OBJECT.validate_json((folder / CARD).read_bytes())
        if old.pop("layers", 1) != 1:
            raise ExportError(f"{folder} has several layers, which a network has no longer: train it again")
        card = _card(old, default=folder.resolve().name == old["slug"])
    except (ValidationError, KeyError) as error:
        raise ExportError(f"{folder / CARD} is not the card of a checkpoint of format 1: {error}") from error
    archive = read_archive(folder, card.sha256)
    try:
        return card, _weights(archive)
    except (KeyError, AttributeError) as error:
        raise ExportError(f"{folder} does not hold a network of format 1 in eight bits: {error}") from error


def _card(old: dict[str, Any], *, default: bool) -> Card:
    name = old.pop("category")
    moved = {key: old.pop(key) for key in OF_THE_SUBJECT}
    about = known(name)
    subject = SubjectCard(
        name=name, **moved, default=default, aliases=about.aliases, group=about.group, nats=old.get("nats")
    )
    return Card.model_validate({**old, "format": 2, "subjects": [subject]})


def _weights(archive: torch.nn.Module) -> dict[str, Tensor]:
    buffers = dict(archive.named_buffers())
    sums, hidden = buffers["products.0.integers"].shape
    factor = doubling(sums, hidden)
    rows, places = buffers["head.bias"].size(0), buffers["head.places"]
    head_bias = buffers["head.bias"][places]
    digits = buffers["head.product.integers"].view(-1, rows, hidden)[:, places]
    scales = buffers["head.product.scale"].view(-1, rows)[:, places]
    fine = bool(getattr(archive.head.product, "finely", False))  # type: ignore[union-attr] # a module, not a tensor
    context = torch.cat([buffers["entry.bias"] / factor, buffers["h0"], buffers["c0"], head_bias])
    return {
        "mean": buffers["mean"],
        "std": buffers["std"],
        "input.weight": buffers["entry.w_input"] / factor[:, None],
        "recurrent.integers": buffers["products.0.integers"],
        "recurrent.scale": buffers["products.0.scale"] / factor,
        "head.linear.integers": digits.flatten(0, 1).contiguous(),
        "head.linear.scale": scales.flatten().contiguous(),
        "head.fine": torch.tensor([float(fine)]),
        "contexts.base": context,
        "contexts.table": torch.zeros(1, len(context), dtype=torch.half),
        "contexts.latent.integers": torch.zeros(len(context), 0, dtype=torch.int16),
        "contexts.latent.scale": torch.ones(len(context)),
    }
