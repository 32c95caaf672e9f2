from pathlib import Path

import pytest
import torch

from model.card import DataPart
from tests.training.convert import old
from training.convert.trained import MAX_POINTS, card_of, read_trained
from training.errors import ExportError


def test_a_network_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Every weight, and the names of its subjects."""
    network = old.shared_network()
    trained = read_trained(old.write_trained(tmp_path / "it", network))
    assert trained.names == old.NAMES
    assert trained.network.config == network.config
    for name, value in network.state_dict().items():
        assert torch.equal(trained.network.state_dict()[name], value), name


def test_the_card_knows_the_categories_of_quick_draw(tmp_path: Path) -> None:
    """Groups and other names where there are some, the points that were counted, and what it was trained on."""
    trained = read_trained(old.write_trained(tmp_path / "it", old.shared_network()))
    part = DataPart(source="people", count=3, licence="CC0")
    card = card_of(trained, "many", {"dog": 77}, [part])
    assert [subject.name for subject in card.subjects] == list(old.NAMES)
    assert [subject.max_points for subject in card.subjects] == [MAX_POINTS, MAX_POINTS, 77]
    assert card.subjects[2].group == "animals"
    assert "puppy" in card.subjects[2].aliases
    assert (card.system, card.latent, card.data) == ("many", 4, (part,))


@pytest.mark.parametrize("part", ["decoder.pt", "encoder.pt"])
def test_what_is_no_network_is_said(tmp_path: Path, part: str) -> None:
    """A file that is none, one that is missing, a network's that has too little: an error names the folder."""
    folder = old.write_trained(tmp_path / "it", old.shared_network())
    torch.save({"names": ["cat"], "weights": {}}, folder / part)
    for damage in (lambda: None, lambda: (folder / part).write_bytes(b"no"), (folder / part).unlink):
        damage()
        with pytest.raises(ExportError, match=str(folder)):
            read_trained(folder)
