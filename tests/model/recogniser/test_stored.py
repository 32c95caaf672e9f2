import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from model.checkpoint import check_checkpoint, find_checkpoints, load_checkpoint, read_card
from model.errors import CheckpointCorrupt, CheckpointMissing, CheckpointOutdated
from model.recogniser.card import read_recogniser_card
from model.recogniser.inference import InferenceNetwork
from model.recogniser.lines import rows_of
from model.recogniser.stored import load_recogniser, save_recogniser
from model.saving import save_checkpoint, write_checkpoint
from tests.model import samples as networks
from tests.model.recogniser import samples


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    """Card, names and hash; two loads give the same bits, and half precision changes answers little."""
    card = samples.write(tmp_path)
    first, again = load_recogniser(tmp_path), load_recogniser(tmp_path)
    assert read_recogniser_card(tmp_path) == card
    assert (first.names, first.hash) == (card.names, card.sha256)
    drawings = samples.scribbles(3)
    assert torch.equal(first.log_probabilities(drawings), again.log_probabilities(drawings))


def test_the_same_network_makes_the_same_file(tmp_path: Path) -> None:
    """So its hash says which network it is."""
    assert samples.write(tmp_path / "a").sha256 == samples.write(tmp_path / "b").sha256
    assert samples.write(tmp_path / "c", seed=1).sha256 != samples.write(tmp_path / "a").sha256


@pytest.mark.parametrize("place", [0, 200, -30, -1])
def test_one_changed_byte_is_found(tmp_path: Path, place: int) -> None:
    """A model.pt with one byte changed is refused, and the message names the file."""
    samples.write(tmp_path)
    content = bytearray((tmp_path / "model.pt").read_bytes())
    content[place] ^= 1
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(CheckpointCorrupt, match=r"model\.pt has SHA-256"):
        load_recogniser(tmp_path)


@pytest.mark.parametrize("name", ["model.pt", "card.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """Without its card or its model there is no recogniser."""
    samples.write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(CheckpointMissing, match=f"has no {name}"):
        load_recogniser(tmp_path)


def saved(content: object) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", saved([1, 2]), saved({"head.weight": torch.zeros(1)}), saved({"head.weight": "text"})],
    ids=["empty", "text", "list", "lacking", "no tensor"],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    """Its hash being right does not help it."""
    write_checkpoint(tmp_path, content, samples.card())
    with pytest.raises(CheckpointCorrupt, match=r"model\.pt is not a TorchScript archive"):
        load_recogniser(tmp_path)


def test_an_archive_of_a_network_that_draws_is_refused(tmp_path: Path) -> None:
    """It is TorchScript's, but has other weights."""
    weights = networks.weights()
    save_checkpoint(tmp_path, weights, networks.card_of(weights))
    write_checkpoint(tmp_path, (tmp_path / "model.pt").read_bytes(), samples.card())
    with pytest.raises(CheckpointCorrupt, match="does not hold the recogniser of its card"):
        load_recogniser(tmp_path)


def test_format_1_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    """And one of a format yet to come without."""
    samples.write(tmp_path)
    path = tmp_path / "card.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"format": 1}))
    with pytest.raises(CheckpointOutdated, match=f"of format 1, .*python -m training export {tmp_path} --out DIR"):
        load_recogniser(tmp_path)
    path.write_text(json.dumps(card | {"format": 3}))
    with pytest.raises(CheckpointOutdated, match=r"of format 3, and this version reads format 2$"):
        load_recogniser(tmp_path)


ALONE = """
import sys
import torch

module = torch.jit.load(sys.argv[1])
rows, lengths = torch.load(sys.argv[2])
with torch.inference_mode():
    found = [module.log_probabilities(rows, lengths), module.features(rows, lengths)]
    module.prepare()
    found += [module.log_probabilities(rows, lengths), module.features(rows, lengths)]
assert not any(name.split(".")[0] == "model" for name in sys.modules)
torch.save(found, sys.argv[2])
"""


@pytest.mark.slow
def test_an_archive_judges_the_same_without_our_code(tmp_path: Path) -> None:
    """By `torch.jit.load` alone, prepared or not, it answers what Inkstream answers with it."""
    recogniser = samples.recogniser(tmp_path)
    drawings = samples.scribbles(3) + samples.scribbles(1, points=50, seed=1)
    rows, lengths = rows_of(drawings)
    torch.save((rows, lengths), tmp_path / "drawings.pt")
    files = [str(tmp_path / name) for name in ("model.pt", "drawings.pt")]
    subprocess.run([sys.executable, "-I", "-W", "ignore", "-c", ALONE, *files], cwd=tmp_path, check=True)
    wanted = [recogniser.log_probabilities(drawings), recogniser.features(drawings)]
    for found, expected in zip(torch.load(files[1]), wanted * 2, strict=True):
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=0)


def test_an_archive_tells_nothing_of_the_machine_that_wrote_it(tmp_path: Path) -> None:
    """No path of a source is in it, so one network makes one file wherever its sources lie."""
    samples.write(tmp_path)
    with zipfile.ZipFile(tmp_path / "model.pt") as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert str(Path(__file__).parents[3]).encode() not in content


def test_the_file_is_small(tmp_path: Path) -> None:
    """Matrices take two bytes a number, and the methods take little."""
    network = InferenceNetwork(samples.network())
    samples.write(tmp_path)
    room = sum(tensor.numel() * (2 if tensor.dim() > 1 else 4) for tensor in network.buffers())
    assert room < (tmp_path / "model.pt").stat().st_size < room + 40 * 1024


def test_weights_and_card_must_agree(tmp_path: Path) -> None:
    """A card of other names than the network has categories, or of another width, is refused."""
    for changes in ({"names": ("cat", "dog")}, {"widths": (8, 24)}, {"path_widths": (8, 16, 16)}):
        save_recogniser(tmp_path, InferenceNetwork(samples.network()), samples.card(**changes))
        with pytest.raises(CheckpointCorrupt, match="does not hold the recogniser of its card"):
            load_recogniser(tmp_path)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    """NaN would make every answer NaN."""
    network = samples.network()
    network.head.weight.data[0, 0] = float("nan")
    save_recogniser(tmp_path, InferenceNetwork(network), samples.card())
    with pytest.raises(CheckpointCorrupt, match="not finite"):
        load_recogniser(tmp_path)


def test_a_network_that_draws_is_no_recogniser(tmp_path: Path) -> None:
    """Each kind is refused where the other is asked for, by its name."""
    weights = networks.weights()
    save_checkpoint(tmp_path / "cat", weights, networks.card_of(weights))
    with pytest.raises(CheckpointCorrupt, match="of the kind 'network', and recognises nothing"):
        load_recogniser(tmp_path / "cat")
    samples.write(tmp_path / "recogniser")
    for read in (read_card, load_checkpoint, check_checkpoint):
        with pytest.raises(CheckpointCorrupt, match="of the kind 'recogniser': it draws nothing"):
            read(tmp_path / "recogniser")


def test_a_recogniser_is_passed_over_where_networks_are_sought(tmp_path: Path) -> None:
    """Beside networks that draw it is none of them, and no fault."""
    weights = networks.weights()
    save_checkpoint(tmp_path / "cat", weights, networks.card_of(weights))
    samples.write(tmp_path / "recogniser")
    assert find_checkpoints(tmp_path) == [tmp_path / "cat"]


def test_a_card_keeps_what_it_does_not_know(tmp_path: Path) -> None:
    """Keys of later versions stay."""
    samples.write(tmp_path)
    path = tmp_path / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "blue"}))
    assert read_recogniser_card(tmp_path).model_dump()["colour"] == "blue"
