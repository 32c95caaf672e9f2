from pathlib import Path

import pytest
import torch

from model.network import NetworkConfig
from tests.training import shapes
from tests.training.full_disk import full
from training.__main__ import main
from training.errors import TrainingError
from training.loop import pretrained
from training.loop.conditional import ConditionalNetwork
from training.loop.pretrained import FILE, load_pretrained, save_pretrained

NAMES = ("square", "zigzag")


def network() -> ConditionalNetwork:
    torch.manual_seed(0)
    return ConditionalNetwork(NetworkConfig(hidden=8, mixtures=2), len(NAMES), torch.zeros(2), torch.ones(2))


def test_save_and_load(tmp_path: Path) -> None:
    """The same network, but for float16's rounding of matrices, with its names; the folder is made."""
    path = tmp_path / "deep" / FILE
    save_pretrained(path, network(), NAMES, [])
    found, names, parts = load_pretrained(path)
    assert (tuple(names), parts, found.config) == (NAMES, [], network().config)
    for name, value in network().state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], value, atol=1e-3, rtol=1e-3)
    assert [file.name for file in path.parent.iterdir()] == [FILE]


def test_a_full_disk_keeps_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file and the reason; the older one is whole and nothing half-written is left."""
    path = tmp_path / FILE
    save_pretrained(path, network(), NAMES, [])
    before = path.read_bytes()
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match=rf"{FILE} could not be written: No space left on device"):
        save_pretrained(path, network(), NAMES, [])
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_pretraining_that_ends_on_a_full_disk_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit code 2, and the run's state is kept: the same command then writes the network at once."""
    for kind in NAMES:
        shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 60)
    argv = ["pretrain", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--system", "gmm128_1"]
    argv += ["--epochs", "1", "--batch", "16", "--threads", "1", "--quiet", "--float32"]
    with monkeypatch.context() as patch:
        patch.setattr(pretrained, "write_whole", full)
        assert main(argv) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"{FILE} could not be written: No space left on device; the same command goes on from here")
    step = torch.load(tmp_path / "out" / "state.pt", weights_only=True)["run"]["step"]
    monkeypatch.setattr("training.loop.trainer.Trainer._step", full)  # there is none left to make
    assert main(argv) == 0
    assert torch.load(tmp_path / "out" / "state.pt", weights_only=True)["run"]["step"] == step > 0
    assert tuple(load_pretrained(tmp_path / "out" / FILE)[1]) == NAMES
