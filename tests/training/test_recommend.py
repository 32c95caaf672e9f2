"""`python -m training recommend` from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from model.card import Card
from model.checkpoint import load_checkpoint
from tests.training import networks, round_and_square
from training.__main__ import main
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork, save_picture_classifier

NAMES = ("round", "square", "cat")
PAIRS = [(0.3, 0.2), (0.9, 0.2)]


@pytest.fixture
def argv(tmp_path: Path) -> list[str]:
    """A checkpoint of two subjects, a classifier, real drawings, and a grid of two pairs."""
    networks.write(tmp_path / "many", "square", "Round", max_points=12)
    torch.manual_seed(0)
    config = ClassifierConfig(categories=len(NAMES), size=16, widths=(4, 4))
    save_picture_classifier(tmp_path / "classifier.pt", PictureClassifier(PictureNetwork(config).eval(), config, NAMES))
    given = ["recommend", str(tmp_path / "many"), "--classifier", str(tmp_path / "classifier.pt"), "--count", "4"]
    given += ["--data", str(round_and_square.folder(tmp_path / "data", 40)), "--threads", "1"]
    return [*given, "--temps-xy", "0.3", "0.9", "--temps-p", "0.2"]


def card(argv: list[str]) -> Card:
    return load_checkpoint(Path(argv[1])).card


def documents(argv: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main([*argv, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_pair_is_tried_for_every_subject(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A JSON object for each subject, with all that was tried; the card stays as it is."""
    before = card(argv)
    found = documents(argv, capsys)
    assert [each["category"] for each in found] == ["square", "Round"]
    for each in found:
        assert [(tried["temp_xy"], tried["temp_p"]) for tried in each["tried"]] == PAIRS
        assert (each["drawn"]["n"], each["real"]["n"] > 4) == (4, True)
        assert (each["temp_xy"], each["temp_p"]) in PAIRS
    assert card(argv) == before
    assert documents(argv, capsys) == found


def test_the_card_is_written_when_told(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Temperatures, what was recognised of ours and of people's, a seed; other subjects and all else stay."""
    before = card(argv)
    [found] = documents([*argv, "--write", "--subject", "round"], capsys)
    square, round_ = card(argv).subjects
    assert square == before.subjects[0]
    assert (round_.temp_xy, round_.temp_p) == (found["temp_xy"], found["temp_p"])
    assert round_.recognised == found["drawn"]["top1"]
    assert round_.real == pytest.approx(found["real"]["top1"], abs=1e-4)
    assert round_.seed == (found["seed"] or 0)
    same = ("temp_xy", "temp_p", "recognised", "real", "seed")
    assert round_.model_dump(exclude=set(same)) == before.subjects[1].model_dump(exclude=set(same))


def test_a_table_to_read(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each subject; without --data, nothing stands in the columns of people's drawings."""
    without = argv.index("--data")
    assert main([*argv[:without], *argv[without + 2 :]]) == 0
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in capsys.readouterr().out.splitlines()]
    assert head == ["subject", "T_xy / T_p", "top-1", "real", "ratio", "ends", "seed"]
    assert [row[0] for row in rows] == [f"{argv[1]}/square", f"{argv[1]}/round"]
    assert {(row[3], row[4]) for row in rows} == {("", "")}
    assert all(row[2].endswith("%") and row[5].endswith("%") for row in rows)


def test_a_category_that_the_classifier_does_not_know_is_said(
    argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is drawn."""
    argv[1] = str(networks.write(tmp_path / "unicorn", "unicorn"))
    argv[argv.index("--data") + 1] = "nowhere"
    assert main(argv) == 2
    assert "'unicorn'" in capsys.readouterr().err
