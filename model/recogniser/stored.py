"""A recogniser on disk: `model.pt`, one TorchScript archive that needs none of our code, and `card.json`.

It is loaded only when its hash is the one that its card names. Of the archive the weights alone are used: this version
judges with its own methods.
"""

from pathlib import Path

from model.archive.reading import archived
from model.archive.torchscript import archive_with
from model.errors import CheckpointCorrupt, first_line
from model.files import MODEL, model_content
from model.recogniser.card import RecogniserCard, read_recogniser_card
from model.recogniser.inference import METHODS, InferenceNetwork, fill, halved
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.recogniser import Recogniser
from model.saving import write_checkpoint


def save_recogniser(folder: Path, network: InferenceNetwork, card: RecogniserCard) -> RecogniserCard:
    """Write a trained network and its card, whole or not at all; returns the card with its `sha256`.

    Raises CheckpointError when they cannot be written.
    """
    return write_checkpoint(folder, archive_with(halved(network), METHODS), card)


def load_recogniser(folder: Path) -> Recogniser:
    """A recogniser whose `model.pt` is the very file that its card describes.

    Raises CheckpointMissing when a file is not there, CheckpointOutdated for one of an older format, CheckpointCorrupt
    when the hash differs, it cannot be read or is another network than the card says.
    """
    card = read_recogniser_card(folder)
    return Recogniser(read_network(folder, card), card.names, card.sha256)


def read_network(folder: Path, card: RecogniserCard) -> InferenceNetwork:
    """The network in a folder. Raises as `load_recogniser`."""
    path = folder / MODEL
    weights = archived(model_content(folder, card.sha256), str(path)).weights
    network = InferenceNetwork(RecogniserNetwork(shape_of(card)))
    try:
        fill(network, weights)
    except (ValueError, RuntimeError) as error:
        raise CheckpointCorrupt(f"{path} does not hold the recogniser of its card: {first_line(error)}") from error
    return network


def shape_of(card: RecogniserCard) -> Shape:
    """The sizes of the network that a card describes."""
    return Shape(len(card.names), card.size, card.widths, card.path_widths)
