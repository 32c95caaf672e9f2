"""`python -m training alike` from the command line."""

import json
from pathlib import Path

import pytest

from model.saving import save_checkpoint
from tests.model import samples
from tests.training import networks
from training.__main__ import main


def test_likenesses_and_ways_are_scored(
    data: Path, classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each closeness has its shares, ways within a category and across are told apart; the same seed is the same."""
    subjects = [samples.subject(name=name, slug=name.lower(), max_points=60) for name in ("Round", "square")]
    weights = samples.shared_weights(subjects=2)
    save_checkpoint(tmp_path / "both", weights, samples.card_of(weights, subjects=subjects))
    argv = ["alike", str(tmp_path / "both"), "--data", str(data), "--classifier", str(classifier), "--threads", "1"]
    argv += ["--count", "4", "--ways", "4", "--closeness", "0", "1"]
    assert main([*argv, "--json"]) == 0
    said = capsys.readouterr().out
    found = json.loads(said)
    assert [each["closeness"] for each in found["likenesses"]] == [0, 1]
    assert all(0 <= each[name] <= 1 for each in found["likenesses"] for name in ("recognised", "picture", "features"))
    assert found["likenesses"][1]["picture"] > found["likenesses"][0]["picture"]
    assert (found["ways"]["n"], found["ways"]["steps"]) == (4, 8)
    assert found["ways"]["recognised"] == pytest.approx((found["ways"]["within"] + found["ways"]["across"]) / 2)
    assert found["nats"]["n"] == 8
    assert found["nats"]["told"] != found["nats"]["without"]
    assert main([*argv, "--json"]) == 0
    assert capsys.readouterr().out == said
    assert main(argv) == 0
    assert "| closeness" in capsys.readouterr().out.replace("|   closeness", "| closeness")


def test_without_an_encoder_there_is_nothing_to_score(
    data: Path, classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so."""
    folder = networks.write(tmp_path / "round", "Round")
    argv = ["alike", str(folder), "--data", str(data), "--classifier", str(classifier)]
    assert main(argv) == 2
    assert "has no encoder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "ways"),
    [(["--subject", "square", "--count", "2"], "within"), (["--count", "1"], "across")],
)
def test_ways_lead_where_there_are_drawings(
    more: list[str], ways: str, data: Path, classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of one category alone all are within it; of one drawing of each, all are between two."""
    subjects = [samples.subject(name=name, slug=name.lower(), max_points=60) for name in ("Round", "square")]
    weights = samples.shared_weights(subjects=2)
    save_checkpoint(tmp_path / "both", weights, samples.card_of(weights, subjects=subjects))
    argv = ["alike", str(tmp_path / "both"), "--data", str(data), "--classifier", str(classifier), "--threads", "1"]
    argv += ["--ways", "2", "--closeness", "1", "--json"]
    assert main([*argv, *more]) == 0
    said = capsys.readouterr().out
    assert "NaN" not in said
    found = json.loads(said)["ways"]
    assert found[ways] == found["recognised"]
    assert main([*argv, "--subject", "square", "--count", "1"]) == 2
    assert "1 held-out ones are too few" in capsys.readouterr().err
