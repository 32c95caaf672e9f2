import json
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint
from tests.app.tiny import write_checkpoint
from training.__main__ import main
from training.classifier.network import Classifier, ClassifierConfig, PictureNetwork, save_classifier
from training.recommend import SLACK, warmest
from training.score.recognisability import Recognisability


def at(top1: float) -> Recognisability:
    return Recognisability(100, top1, (0, 1), 1.0, (0, 1), {})


def test_the_warmest_of_the_best_is_recommended() -> None:
    """Within the slack of the best, warmer moves win, then a warmer pen; what is worse than that never does."""
    found = {(0.2, 0.3): at(0.80), (0.4, 0.3): at(0.79), (0.4, 0.6): at(0.78), (0.8, 0.6): at(0.76 - SLACK)}
    assert warmest(found) == (0.4, 0.6)
    assert warmest({**found, (0.1, 0.1): at(0.95)}) == (0.1, 0.1)


def test_the_card_is_changed_only_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every pair is tried and printed; with --write the card takes the best pair, and the checkpoint still loads."""
    folder = write_checkpoint(tmp_path, "penguin")
    before = load_checkpoint(folder).card
    names = ("cat", "penguin")
    classifier = tmp_path / "classifier.pt"
    torch.manual_seed(0)
    config = ClassifierConfig(categories=len(names))
    save_classifier(classifier, Classifier(PictureNetwork(config).eval(), config, names))
    argv = ["recommend", str(folder), "--classifier", str(classifier), "--count", "4", "--threads", "1", "--json"]
    argv += ["--temps-xy", "0.3", "0.9", "--temps-p", "0.2"]
    assert main(argv) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["temp_xy"], line["temp_p"], line["n"]) for line in lines] == [(0.3, 0.2, 4), (0.9, 0.2, 4)]
    assert load_checkpoint(folder).card == before
    assert main([*argv, "--write"]) == 0
    after = load_checkpoint(folder).card
    assert (after.temp_xy, after.temp_p) in {(0.3, 0.2), (0.9, 0.2)}
    assert after.model_copy(update={"temp_xy": before.temp_xy, "temp_p": before.temp_p}) == before
