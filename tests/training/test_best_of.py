"""`python -m training best-of`, on ellipses and rectangles, by a chooser and a judge of two seeds."""

import json
from pathlib import Path

import pytest

from tests.training import networks
from tests.training.conftest import FAST
from training.__main__ import main


@pytest.fixture(scope="module")
def judges(data: Path, classifier: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two classifiers of other seeds."""
    other = tmp_path_factory.mktemp("judges") / "other.pt"
    assert main(["classifier", "--data", str(data), "--out", str(other), "--seed", "2", *FAST]) == 0
    return [f"--chooser={classifier}", f"--judge={other}"]


@pytest.fixture(scope="module")
def scribbler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of both categories that has learned nothing."""
    return networks.write(tmp_path_factory.mktemp("many") / "all", "square", "Round", max_points=12)


def test_the_best_of_several_fails_less_often(
    scribbler: Path, judges: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the chooser, and by the judge that did not choose; a JSON object for each subject, the same each time."""
    argv = ["best-of", str(scribbler), *judges, "--count", "30", "--best", "8", "--threads", "1", "--json"]
    assert main(argv) == 0
    text = capsys.readouterr().out
    found = [json.loads(line) for line in text.splitlines()]
    assert [(each["category"], each["n"], each["best"]) for each in found] == [("square", 30, 8), ("Round", 30, 8)]
    for each in found:
        assert each["chooser"]["chosen"] <= each["chooser"]["single"]
    for who in ("chooser", "judge"):
        assert sum(each[who]["chosen"] for each in found) < sum(each[who]["single"] for each in found)
    assert main(argv) == 0
    assert capsys.readouterr().out == text


def test_a_table_of_the_worst(scribbler: Path, judges: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Those that fail most, as many as asked for, and the mean of all; --subject picks some."""
    argv = ["best-of", str(scribbler), *judges, "--count", "10", "--threads", "1"]
    assert main([*argv, "--worst", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert "best of 4 fails" in lines[0]
    assert "| all 2" in lines[3]
    assert main([*argv, "--subject", "round"]) == 0
    assert "| Round" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("--best=1", "2 to 8"),
        ("--best=9", "2 to 8"),
        ("--judge=missing.pt", "missing.pt is not there"),
        ("--subject=unicorn", "draws 'unicorn'"),
    ],
)
def test_bad_input_is_named(
    scribbler: Path, judges: list[str], change: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and one line that says what is wrong."""
    try:
        code = main(["best-of", str(scribbler), *judges, change, "--count", "2", "--threads", "1"])
    except SystemExit as stop:  # argparse's own way out
        code = int(str(stop.code))
    assert code == 2
    assert message in capsys.readouterr().err


def test_a_category_that_a_judge_does_not_know(
    judges: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named."""
    unicorn = networks.write(tmp_path / "unicorn", "unicorn")
    assert main(["best-of", str(unicorn), *judges, "--threads", "1"]) == 2
    assert "does not know the category 'unicorn'" in capsys.readouterr().err
