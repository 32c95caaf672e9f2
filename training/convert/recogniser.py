"""Recognisers of format 1, whose file held the weights alone, as today's: their answers stay as they are."""

import io
import json
import pickle
from pathlib import Path

import torch

from model.files import MODEL, card_content, model_content, validated
from model.recogniser.card import FORMAT, RecogniserCard, read_recogniser_card
from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork
from model.recogniser.stored import read_network, shape_of
from training.errors import ExportError

UNREADABLE = (EOFError, LookupError, TypeError, ValueError, AttributeError, RuntimeError, pickle.UnpicklingError)


def read_any_recogniser(folder: Path) -> tuple[RecogniserCard, InferenceNetwork]:
    """The card and the network of a recogniser of either format. Raises ExportError, or as `load_recogniser` does."""
    content = json.loads(card_content(folder))
    if content.get("format") != 1:
        card = read_recogniser_card(folder)
        return card, read_network(folder, card)
    card = validated(RecogniserCard, folder, json.dumps({**content, "format": FORMAT}).encode())
    return card, InferenceNetwork(_network(folder, card).eval())


def _network(folder: Path, card: RecogniserCard) -> RecogniserNetwork:
    """The network of a file of format 1, in which convolutions have half precision and normalisations are apart."""
    stored = model_content(folder, card.sha256)
    network = RecogniserNetwork(shape_of(card))
    counters = {name: value for name, value in network.state_dict().items() if not value.is_floating_point()}
    try:
        weights = torch.load(io.BytesIO(stored), map_location="cpu", weights_only=True)
        network.load_state_dict({**counters, **{name: value.float() for name, value in weights.items()}})
    except UNREADABLE as error:
        raise ExportError(f"{folder / MODEL} does not hold the recogniser of its card") from error
    return network
