"""`python -m training evaluate` over several checkpoints and categories, on ellipses and rectangles."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.checkpoint import load_checkpoint
from tests.training import networks, round_and_square
from training.__main__ import main
from training.data.selection import read_split
from training.loop.nats import scores_of

KEYS = ["category", "drawings", "points", "xy", "pen", "total", "range95"]


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Networks that have learnt nothing: two of the category `Round`, one of `square`."""
    root = tmp_path_factory.mktemp("checkpoints")
    for seed, (name, category) in enumerate({"round": "Round", "round@other": "Round", "square": "square"}.items()):
        networks.write(root / name, category, system=name, seed=seed, max_points=12, temp_xy=0.5)
    return sorted(root.iterdir())


def printed(capsys: pytest.CaptureFixture[str], *argv: object) -> str:
    assert main(["evaluate", *map(str, argv), "--threads", "1"]) == 0
    return capsys.readouterr().out


def documents(capsys: pytest.CaptureFixture[str], *argv: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed(capsys, *argv, "--json").splitlines()]


def cells(table: str) -> list[list[str]]:
    """The rows of a Markdown table, its head first, the line under the head left out."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [rows[0], *rows[2:]]


def test_one_checkpoint_on_a_file_is_as_agreed(
    checkpoints: list[Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON object that begins with the contract's keys; the file need not be named after the category."""
    (found,) = documents(capsys, checkpoints[0], "--data", data / "square.ndjson.gz")
    assert list(found)[: len(KEYS)] == KEYS
    assert "drawn" not in found
    nats = scores_of(load_checkpoint(checkpoints[0]), read_split([data / "square.ndjson.gz"], "all")).nats()
    assert found["total"] == pytest.approx(nats.total, abs=1e-4)


def test_several_are_scored_each_on_its_own_category(
    checkpoints: list[Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a folder, or from files by their names, each checkpoint gets what it gets alone on its file."""
    files = {"Round": data / "round.ndjson.gz", "square": data / "square.ndjson.gz"}
    together = documents(capsys, *checkpoints, "--data", data)
    assert [found["category"] for found in together] == ["Round", "Round", "square"]
    for path, found in zip(checkpoints, together, strict=True):
        assert documents(capsys, path, "--data", files[found["category"]]) == [found]
    assert documents(capsys, *checkpoints, "--data", *files.values()) == together


def test_each_subject_is_scored_on_its_own_drawings(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All subjects of a network together give what each gives alone, and --subject picks one by any name."""
    many = networks.write(tmp_path / "many", "square", "circle", "Round", max_points=12)
    round_and_square.write(tmp_path / "data" / "circle.ndjson.gz", "round", 20, seed=5)
    folders = [data, tmp_path / "data"]
    together = documents(capsys, many, "--data", *folders)
    assert [found["category"] for found in together] == ["square", "circle", "Round"]
    assert len({found["total"] for found in together}) == 3
    for found in together:
        assert documents(capsys, many, "--data", *folders, "--subject", f"the {found['category']}") == [found]


def test_a_table_to_read(checkpoints: list[Path], data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json, several checkpoints are rows of one Markdown table with the scores of the JSON."""
    head, *rows = cells(printed(capsys, *checkpoints, "--data", data, "--split", "test"))
    found = documents(capsys, *checkpoints, "--data", data, "--split", "test")
    assert head == ["category", "checkpoint", "drawings", "xy", "pen", "total (95 %)"]
    assert [row[:3] for row in rows] == [
        [each["category"], path.name, str(each["drawings"])] for path, each in zip(checkpoints, found, strict=True)
    ]
    for row, each in zip(rows, found, strict=True):
        shown = [float(cell.split()[0]) for cell in row[3:6]]
        assert shown == pytest.approx([each["xy"], each["pen"], each["total"]], abs=0.0006)  # both are rounded


def test_the_full_table_has_drawings_beside_real_ones(
    checkpoints: list[Path], data: Path, classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People's drawings once a category, then each checkpoint at each temperature, judged by the classifier."""
    argv = [
        *(checkpoints[i] for i in (0, 2, 1)),
        "--data",
        data,
        "--classifier",
        classifier,
        "--count",
        "30",
        "--temperatures",
        "card",
        "1/0.8",
    ]
    head, *rows = cells(printed(capsys, *argv))
    round_, other, square = (path.name for path in checkpoints)
    people, training = "people, 150", "training"
    own = [round_, round_, other, other]
    assert [row[1] for row in rows] == [people, training, *own, people, training, square, square]
    assert [row[2] for row in rows[:4]] == ["", "", "0.5 / 0.5", "1 / 0.8"]
    assert [bool(row[-1]) for row in rows[:6]] == [True, True, True, False, True, False]  # at the first temperatures
    real = dict(zip(head, rows[0], strict=True))
    assert real["ends"] == "100.0%"
    assert real["points"].startswith("13 (")
    assert float(real["top-1"].partition("%")[0]) > 80
    assert all(row[head.index("top-1")] for row in rows if row[1] != training)


def test_the_brief_table_is_one_row_for_each_subject(
    checkpoints: list[Path], data: Path, classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has the scores of the JSON at the first temperatures; what nobody judged stays empty."""
    argv = [*checkpoints, "--data", data, "--count", "20", "--temperatures", "card"]
    head, *rows = cells(printed(capsys, *argv, "--brief", "--classifier", classifier))
    found = documents(capsys, *argv, "--full", "--classifier", classifier)
    assert len(rows) == len(found)
    for row, each in zip(rows, found, strict=True):
        shown, drawn, real = dict(zip(head, row, strict=True)), each["drawn"][0], each["real"]
        assert shown["category"] == each["category"]
        assert float(shown["nats"]) == pytest.approx(each["total"], abs=0.006)
        top1, people = (of["recognised"]["top1"] for of in (drawn, real))
        assert (shown["top-1"], shown["people"]) == (f"{top1:.0%}", f"{people:.0%}")
        assert float(shown["ratio"]) == pytest.approx(top1 / people, abs=0.006)
        assert shown["nearest (99 %)"]
    _, row = cells(printed(capsys, checkpoints[0], "--data", data / "round.ndjson.gz", "--count", "5", "--brief"))
    assert row[head.index("top-1") : head.index("ends")] == ["", "", ""]


def test_the_full_document_is_what_the_table_says_and_more(
    checkpoints: list[Path], data: Path, classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """sketch-rnn's loss with its normalisation; traits and recognisability of real drawings and of drawn ones."""
    (found,) = documents(
        capsys, checkpoints[0], "--data", data, "--split", "test", "--classifier", classifier, "--count", "20"
    )
    assert list(found)[: len(KEYS)] == KEYS
    assert found["sketch_rnn"]["longest"] == 12
    assert found["sketch_rnn"]["loss"] == pytest.approx(
        found["sketch_rnn"]["offset"] + found["sketch_rnn"]["pen"], abs=2e-4
    )
    assert found["real"]["traits"]["n"] == found["drawings"]
    assert found["real"]["recognised"]["top1"] > 0.8
    assert [(each["temp_xy"], each["temp_p"]) for each in found["drawn"]] == [(0.5, 0.5), (0.5, 0.5), (1.0, 1.0)]
    assert {each["traits"]["n"] for each in found["drawn"]} == {20}
    assert {each["recognised"]["n"] for each in found["drawn"]} == {20}
    assert found["novelty"].keys() == {"drawn", "held_out", "training"}
    assert found["novelty"]["held_out"]["median"] > found["novelty"]["drawn"]["median"]  # scribbles are like nothing


def test_without_a_classifier_nobody_is_recognised(
    checkpoints: list[Path], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--full tells how drawings compare; the columns of recognisability stay empty."""
    head, *rows = cells(printed(capsys, checkpoints[2], "--data", data / "square.ndjson.gz", "--full", "--count", "5"))
    assert len(rows) == 5
    assert {row[head.index("top-1")] for row in rows} == {""}
    assert all(row[head.index("strokes")] for row in rows if row[1] != "training")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--data", "{data}/square.ndjson.gz"], "is named after 'Round'"),
        (["--data", "{data}", "--temperatures", "warm"], "'warm'"),
        (["--data", "{data}", "--temperatures", "0.5/-1"], "a number from 0 to 10 is wanted, not '-1'"),
        (["--data", "{data}/absent"], "absent: No such file"),
        (["--data", "{data}", "--classifier", "absent.pt"], "absent.pt is not there"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said(
    checkpoints: list[Path], data: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A category without a file, a temperature that is none, a folder that is not there: exit 2 and a line."""
    try:
        code = main(["evaluate", *map(str, checkpoints), *(word.format(data=data) for word in more)])
    except SystemExit as stop:  # argparse's own way out
        code = int(str(stop.code))
    assert code == 2
    assert message in capsys.readouterr().err
