from pathlib import Path

import pytest
import torch

from model.errors import CheckpointCorrupt, CheckpointMissing
from model.weights import stored
from tests.training import networks
from tests.training.convert import old
from training.convert.format1 import is_format1, read_format1
from training.errors import ExportError


@pytest.mark.parametrize("finely", [False, True])
def test_the_weights_are_those_that_the_network_would_be_stored_as_now(tmp_path: Path, finely: bool) -> None:
    """Bit for bit, however its head reads: whatever it drew, it draws."""
    network = networks.network()
    _, found = read_format1(old.write_format1(tmp_path / "it", network, finely=finely))
    expected = stored(network, fine_head=finely)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name
        assert found[name].dtype == value.dtype, name


def test_the_card_says_what_it_said(tmp_path: Path) -> None:
    """Of one subject now, which Quick, Draw!'s other names are known of; keys that nobody knows stay."""
    card, _ = read_format1(old.write_format1(tmp_path / "the-eiffel-tower", networks.network()))
    subject = card.subject
    assert (subject.name, subject.slug, subject.max_points) == ("The Eiffel Tower", "the-eiffel-tower", 24)
    assert (subject.temp_xy, subject.temp_p, subject.nats) == (0.3, 0.6, card.nats)
    assert subject.default
    assert subject.group == "stories and wonders"
    assert (card.system, card.command, card.data[0].count, card.latent) == ("gmm16_3", "as it was", 3, 0)
    assert card.model_extra == {"a later key": 1}


def test_only_the_folder_of_the_category_is_its_default(tmp_path: Path) -> None:
    """As the service took it: `<slug>@<system>` is one system of several."""
    card, _ = read_format1(old.write_format1(tmp_path / "the-eiffel-tower@gmm16_3", networks.network()))
    assert not card.subject.default


def test_what_is_no_such_checkpoint_is_said(tmp_path: Path) -> None:
    """Another model than the card's, none, layers that there are no longer, a card or a network of something else."""
    folder = old.write_format1(tmp_path / "it", networks.network(), layers=2)
    with pytest.raises(ExportError, match="several layers"):
        read_format1(folder)
    old.write_format1(folder, networks.network(), slug=None)
    with pytest.raises(ExportError, match="not the card of a checkpoint of format 1"):
        read_format1(folder)
    old.write_format1(folder, networks.network(), sha256="0" * 64)
    with pytest.raises(CheckpointCorrupt, match="SHA-256"):
        read_format1(folder)
    (folder / "model.pt").unlink()
    with pytest.raises(CheckpointMissing, match=r"no model\.pt"):
        read_format1(folder)
    with pytest.raises(CheckpointMissing, match=r"no model\.pt"):
        read_format1(folder)


def test_cards_of_other_formats_are_left_alone() -> None:
    """Told by what is in them."""
    assert is_format1(b'{"category": "cat"}')
    assert not is_format1(b'{"format": 2, "category": "cat"}')
    assert not is_format1(b'{"system": "gmm"}')
    assert not is_format1(b"[]")
    assert not is_format1(b"{")
