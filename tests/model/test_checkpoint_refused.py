"""Checkpoints that are not whole, of another format, or of another network: refused, and told why."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from model import checkpoint
from model.archive.torchscript import CONTRACT, archive_of
from model.checkpoint import check_checkpoint, load_checkpoint, read_card, read_weights
from model.decoder import Decoder
from model.errors import CheckpointCorrupt, CheckpointError, CheckpointMissing, CheckpointOutdated, WeightsError
from model.saving import save_checkpoint
from model.state import State
from tests.model import samples


def draws(folder: Path) -> torch.Tensor:
    module = load_checkpoint(folder).module
    return module.advance(*samples.begin(module, 2, 5))[0]


@pytest.mark.parametrize("place", [0, 100, -200, -1])
def test_one_changed_byte_is_found(folder: Path, place: int) -> None:
    """A model.pt with one byte changed is refused, and the message names the file."""
    content = bytearray((folder / "model.pt").read_bytes())
    content[place] ^= 1
    (folder / "model.pt").write_bytes(content)
    for read in (load_checkpoint, check_checkpoint):
        with pytest.raises(CheckpointCorrupt, match=r"the-test/model\.pt has SHA-256"):
            read(folder)


def test_another_than_was_wanted_is_refused(folder: Path) -> None:
    """With `sha256` only that very model is loaded: one that took its place since is refused."""
    wanted = read_card(folder).sha256
    assert load_checkpoint(folder, sha256=wanted).card.sha256 == wanted
    weights = samples.weights(seed=5)
    save_checkpoint(folder, weights, samples.card())
    with pytest.raises(CheckpointCorrupt, match=r"model\.pt was replaced: its card names"):
        load_checkpoint(folder, sha256=wanted)


def test_a_model_cut_short_is_found(folder: Path) -> None:
    """So is one that was not written to its end."""
    with (folder / "model.pt").open("rb+") as file:
        file.truncate(1000)
    with pytest.raises(CheckpointCorrupt):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", ["model.pt", "card.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Without its card or its model a checkpoint is not there."""
    (folder / name).unlink()
    with pytest.raises(CheckpointMissing, match=rf"the-test has no {name}"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"format": 2', "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[]", "object"),
        (b'{"format": 2}', "system"),
        (b'{"format": 2, "subjects": []}', "system"),
    ],
)
def test_a_broken_card_is_refused(folder: Path, content: bytes, complaint: str) -> None:
    """A card that is no JSON, or no card, is named with what is wrong."""
    (folder / "card.json").write_bytes(content)
    with pytest.raises(CheckpointCorrupt, match=rf"card\.json is not a card: .*{complaint}"):
        load_checkpoint(folder)


def with_card(folder: Path, **changes: object) -> None:
    """Change keys of the card in a folder."""
    card = json.loads((folder / "card.json").read_bytes())
    (folder / "card.json").write_text(json.dumps(card | changes))


def test_an_older_format_says_how_to_bring_it_over(folder: Path) -> None:
    """A card of format 1, which had no such key, is refused with the command that exports it."""
    older = {"category": "cat", "slug": "cat", "system": "gmm512_20", "hidden": 512, "mixtures": 20}
    for card in (older, {"format": 1}):
        (folder / "card.json").write_text(json.dumps(card))
        for read in (read_card, load_checkpoint, check_checkpoint, read_weights):
            with pytest.raises(
                CheckpointOutdated, match=r"the-test is of format 1.*`python -m training export .*the-test"
            ):
                read(folder)


def test_a_later_format_is_refused(folder: Path) -> None:
    """A card of a format that this version does not know is refused by its number."""
    with_card(folder, format=3)
    with pytest.raises(CheckpointOutdated, match="the-test is of format 3, and this version reads format 2"):
        load_checkpoint(folder)


def test_a_card_that_names_a_subject_twice_is_refused(folder: Path) -> None:
    """By the file and the subject."""
    with_card(folder, subjects=[samples.subject(), samples.subject()])
    with pytest.raises(CheckpointCorrupt, match=r"card\.json is not a card: .*'The Test' is there twice"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"subjects": samples.subjects(2)}, "has contexts of 1 subjects, but its card names 2"),
        ({"latent": 128}, "has a latent code of 0 numbers, but its card says 128"),
        ({"hidden": 64}, "has 32 hidden units, but its card says 64"),
    ],
)
def test_the_card_of_another_network_is_refused(folder: Path, changes: dict[str, Any], complaint: str) -> None:
    """Where card and weights differ, in subjects, latent code or size, neither loading nor saving goes on."""
    with_card(folder, **changes)
    with pytest.raises(CheckpointCorrupt, match=complaint):
        load_checkpoint(folder)
    with pytest.raises(CheckpointCorrupt, match=complaint):
        save_checkpoint(folder / "new", samples.weights(), samples.card(**changes))
    assert not (folder / "new").exists()


def with_model(folder: Path, content: bytes) -> None:
    """Put a model in the folder that its card vouches for."""
    (folder / "model.pt").write_bytes(content)
    with_card(folder, sha256=hashlib.sha256(content).hexdigest())


def test_what_is_no_archive_is_refused(folder: Path) -> None:
    """A file with the right hash that is no TorchScript is refused."""
    with_model(folder, b"not an archive")
    with pytest.raises(CheckpointCorrupt, match="not a TorchScript archive"):
        load_checkpoint(folder)


def test_contexts_of_another_width_are_refused(folder: Path) -> None:
    """An archive whose weights are no network's is corrupt, and the weights are named; nothing like it is saved."""
    decoder = Decoder(samples.weights())
    decoder.contexts.table = torch.zeros(1, 9)
    with_model(folder, archive_of(decoder))
    with pytest.raises(CheckpointCorrupt, match=r"does not hold a network: .*'contexts.table' have the shape \(1, 9\)"):
        load_checkpoint(folder)
    weights = samples.weights() | {"contexts.table": torch.zeros(1, 9)}
    with pytest.raises(WeightsError, match=r"'contexts\.table' have the shape"):
        save_checkpoint(folder, weights, samples.card())


class Other(Decoder):
    """What a stranger, or another version, may have put in an archive."""

    def begin(self, context: torch.Tensor) -> State:
        assert context.size(0) < 0, "this must not be run"
        return [context]

    def pack(self, fast: bool = True) -> None:
        assert self.size < 0, "this must not be run"


def test_loading_takes_the_weights_alone(folder: Path) -> None:
    """The methods of an archive are not called, and it draws by this version's own."""
    want = draws(folder)
    with_model(folder, archive_of(Other(samples.weights())))
    assert torch.equal(draws(folder), want)


def test_every_method_of_the_contract_is_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that lacks a method of the contract is refused, and the method is named."""
    monkeypatch.setattr(checkpoint, "CONTRACT", (*CONTRACT, "paint"))
    with pytest.raises(CheckpointCorrupt, match="'paint'"):
        load_checkpoint(folder)


def test_unreadable_is_not_missing(folder: Path) -> None:
    """A file that is there and cannot be read is an error of its own, with the system's reason."""
    for name in ("model.pt", "card.json"):
        (folder / name).unlink()
        (folder / name).mkdir()
        with pytest.raises(CheckpointError, match=rf"{name} cannot be read: Is a directory") as error:
            load_checkpoint(folder)
        assert not isinstance(error.value, CheckpointMissing | CheckpointCorrupt)
