from pathlib import Path

import pytest
import torch

from model.card import DataPart
from tests.training.full_disk import full
from tests.training.shared import small
from training.errors import TrainingError
from training.shared.file import DECODER, ENCODER, FILE, load_shared, save_shared
from training.shared.network import SharedNetwork

PARTS = [DataPart(source="wobbly shapes", count=120, licence="CC0")]


def same(found: SharedNetwork, expected: SharedNetwork) -> None:
    assert found.config == expected.config
    for name, value in expected.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], value, atol=1e-3, rtol=1e-3)


def test_save_and_load(tmp_path: Path) -> None:
    """The same network, but for float16's rounding of matrices, with its names and data; the folder is made."""
    path = tmp_path / "deep" / FILE
    save_shared(path, small.trained_a_little(), small.NAMES, PARTS, recipe={"steps": 40})
    found, names, parts = load_shared(path)
    same(found, small.trained_a_little())
    assert (names, parts) == (list(small.NAMES), PARTS)
    assert [file.name for file in path.parent.iterdir()] == [FILE]
    assert torch.load(path, weights_only=True)["recipe"] == {"steps": 40}


def write_folder(folder: Path, network: SharedNetwork) -> Path:
    """Decoder and encoder in a file each, as the plain form of the trainer writes them."""
    weights = {name if "." in name else f"base.{name}": value.half() for name, value in network.state_dict().items()}
    for name in ("head.weight", "head.bias"):
        weights[f"base.{name}"] = weights.pop(name)
    weights |= {"base.h0": torch.zeros(16), "base.c0": torch.zeros(16)}
    encoder = {name: weights.pop(name) for name in list(weights) if name.split(".")[0] in ("read", "read_back")}
    encoder |= {name: weights.pop(name) for name in list(weights) if name.split(".")[0] in ("kind", "latent")}
    config = {"names": list(small.NAMES), "hidden": 16, "embedding": 12, "latent": 4}
    torch.save({**config, "weights": weights}, folder / DECODER)
    torch.save({"encoder": 8, "weights": encoder}, folder / ENCODER)
    return folder


def test_a_folder_of_two_files(tmp_path: Path) -> None:
    """Is read as well; what it was trained on it does not say."""
    found, names, parts = load_shared(write_folder(tmp_path, small.trained_a_little()))
    same(found, small.trained_a_little())
    assert (names, parts) == (list(small.NAMES), [])


def test_a_full_disk_keeps_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file and the reason; the older one is whole and nothing half-written is left."""
    path = tmp_path / FILE
    save_shared(path, small.network(), small.NAMES, PARTS)
    before = path.read_bytes()
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match=rf"{FILE} could not be written: No space left on device"):
        save_shared(path, small.network(), small.NAMES, PARTS)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_what_is_no_such_network_is_said(tmp_path: Path) -> None:
    """A file that is not there, one of something else, one of too few names, a folder without the two files."""
    (tmp_path / "text.pt").write_text("not weights")
    torch.save({"weights": {}}, tmp_path / "other.pt")
    save_shared(tmp_path / "names.pt", small.network(), ("square",), [])
    for path in ("absent.pt", "text.pt", "other.pt", "names.pt", ""):
        with pytest.raises(TrainingError, match="is not a trained network of many subjects"):
            load_shared(tmp_path / path)
