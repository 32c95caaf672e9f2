"""Recognisers of format 1, whose file held the weights alone, as today's: their answers stay as they are."""

import io
import json
from pathlib import Path

from model.files import MODEL, card_content, model_content, validated
from model.recogniser.card import FORMAT, RecogniserCard, read_recogniser_card
from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork
from model.recogniser.stored import read_network, shape_of
from training.errors import ExportError
from training.loop.tensors import DAMAGED, read_tensors


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
        weights = read_tensors(io.BytesIO(stored))
        network.load_state_dict({**counters, **{name: value.float() for name, value in weights.items()}})
    except DAMAGED as error:
        raise ExportError(f"{folder / MODEL} does not hold the recogniser of its card") from error
    return network
