import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.recogniser.inference import InferenceNetwork
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser
from model.saving import write_checkpoint
from tests.model.recogniser import samples
from training.__main__ import main


def format1(folder: Path, weights: dict[str, Tensor]) -> None:
    """A recogniser as it was stored: tensors, and a card of format 1."""
    folder.mkdir()
    torch.save(weights, folder / "weights")
    write_checkpoint(folder, (folder / "weights").read_bytes(), samples.card())
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"format": 1, "commit": "abc"}))


def weights_of(seed: int) -> dict[str, Tensor]:
    state = samples.network(seed).state_dict()
    floats = {name: value for name, value in state.items() if value.is_floating_point()}
    return {name: value.half() if value.dim() > 1 else value for name, value in floats.items()}


def test_format_1_is_brought_over(tmp_path: Path) -> None:
    """`export` makes today's file, whose answers and card are the older one's, and makes the same of that."""
    weights = weights_of(5)
    format1(tmp_path / "old", weights)
    for source, out in (("old", "new"), ("new/old", "again")):
        assert main(["export", str(tmp_path / source), "--out", str(tmp_path / out)]) == 0
    found = load_recogniser(tmp_path / "new" / "old")
    network = samples.network()
    network.load_state_dict(weights, strict=False)
    drawings = samples.scribbles(3)
    expected = Recogniser(InferenceNetwork(network), samples.NAMES, "").log_probabilities(drawings)
    torch.testing.assert_close(found.log_probabilities(drawings), expected, atol=1e-5, rtol=0)
    card = json.loads((tmp_path / "new/old/card.json").read_text())
    assert (card["format"], card["commit"], card["sha256"]) == (2, "abc", found.hash)
    assert load_recogniser(tmp_path / "again" / "old").hash == found.hash


def test_what_cannot_be_brought_over_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weights of something else, and a subject of what draws none."""
    format1(tmp_path / "old", {"head.weight": torch.zeros(1)})
    argv = ["export", str(tmp_path / "old"), "--out", str(tmp_path / "new")]
    assert main(argv) == 2
    assert "does not hold the recogniser of its card" in capsys.readouterr().err
    assert main([*argv, "--subject", "cat"]) == 2
    assert "draws none" in capsys.readouterr().err
    assert not (tmp_path / "new/old/card.json").exists()
