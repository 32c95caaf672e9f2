"""`python -m training classifier` and `recognise` from the command line, on ellipses and rectangles."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.recogniser.card import read_recogniser_card
from tests.training import networks, round_and_square
from tests.training.conftest import FAST
from training.__main__ import main


@pytest.fixture(scope="module")
def scribbler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint for the category `Round` that has learned nothing."""
    return networks.write(tmp_path_factory.mktemp("checkpoints") / "round", "Round", max_points=12)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that draws both categories."""
    return networks.write(tmp_path_factory.mktemp("many") / "all", "square", "Round", max_points=12)


def recognised(
    subject: Path, classifier: Path, data: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> dict[str, Any]:
    argv = ["recognise", str(subject), "--classifier", str(classifier), "--data", str(data), "--threads", "1"]
    assert main([*argv, "--count", "40", "--json", *more]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_classifier_command_scores_what_it_trained(
    data: Path, classifier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The JSON tells how well held-out drawings are known; a finished run started again trains no further."""
    before = classifier.read_bytes()
    assert main(["classifier", "--data", str(data), "--out", str(classifier), *FAST, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert classifier.read_bytes() == before
    assert 200 < found["train"] < 280
    assert found["test"]["top1"] > 0.8
    assert found["test"]["top1_by_category"] > 0.8


def test_real_drawings_are_recognised(data: Path, classifier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drawings of a file are judged as of the category that the file is named after, beside held-out ones."""
    found = recognised(data / "square.ndjson.gz", classifier, data, capsys)
    assert found["category"] == "square"
    assert found["drawn"]["n"] == 40
    assert found["drawn"]["top1"] > 0.8
    assert found["ratio"] == pytest.approx(found["drawn"]["top1"] / found["real"]["top1"])


def test_the_other_category_is_not(
    data: Path, classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rectangles under the name of ellipses are found out, and the JSON says what they were taken for."""
    impostors = round_and_square.write(tmp_path / "round.ndjson.gz", "square", 40)
    found = recognised(impostors, classifier, data, capsys)
    assert found["drawn"]["top1"] < 0.2
    assert found["drawn"]["mistaken_for"]["square"] == pytest.approx(1 - found["drawn"]["top1"])


def test_a_checkpoint_is_judged_by_its_drawings(
    data: Path, classifier: Path, scribbler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The card's temperatures unless others are given, its category in whatever case; the same seed, the same score."""
    found = recognised(scribbler, classifier, data, capsys)
    assert (found["category"], found["temp_xy"], found["temp_p"]) == ("Round", 0.4, 0.5)
    assert found["drawn"]["n"] == 40
    assert 0 <= found["cut"] <= 40
    assert recognised(scribbler, classifier, data, capsys) == found
    hotter = recognised(scribbler, classifier, data, capsys, "--temp-xy", "1.5", "--temp-p", "0")
    assert (hotter["temp_xy"], hotter["temp_p"]) == (1.5, 0)
    assert hotter["real"] == found["real"]


def test_each_subject_is_judged_as_its_own(
    data: Path, classifier: Path, many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A network of several gives a score for each; --subject picks some, in the order that they are named in."""
    argv = ["recognise", str(many), "--classifier", str(classifier), "--data", str(data), "--threads", "1", "--json"]
    assert main([*argv, "--count", "10"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["category"], each["subject"]) for each in found] == [
        ("square", str(many / "square")),
        ("Round", str(many / "round")),
    ]
    assert main([*argv, "--count", "10", "--subject", "round"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == found[1:]
    assert main([*argv, "--subject", "unicorn"]) == 2
    assert "draws 'unicorn'" in capsys.readouterr().err


Attempt = Callable[[list[str]], str]


@pytest.fixture
def refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """What `classifier` says, run in an empty folder, when it does not train."""
    monkeypatch.chdir(tmp_path)

    def attempt(argv: list[str]) -> str:
        assert main(["classifier", "--data", str(data), "--threads", "1", "--quiet", *argv]) == 2
        return capsys.readouterr().err

    return attempt


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["--form", "strokes", "--out", "r", "--credit", "\udcff; CC0"],
            "the card cannot be made: Error serializing to JSON",
        ),
        (["--form", "strokes", "--out", f"{__file__}"], "is no folder"),
        (["--out", f"{__file__}/c.pt"], "is no folder"),
        (["--out", "."], "is a folder: a classifier of pictures is a file"),
    ],
)
def test_a_classifier_that_cannot_be_written_is_not_trained(
    argv: list[str], message: str, refused: Attempt, tmp_path: Path
) -> None:
    """Where it would lie, or what its card would say, is refused before the first step."""
    assert message in refused(argv)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--out", "notes.txt"], "notes.txt is there already and is no classifier"),
        (["--out", "/dev/null"], "/dev/null is there already and is no classifier"),
        (["--form", "strokes", "--out", "square"], "square holds another network, and no recogniser"),
    ],
)
def test_a_classifier_takes_the_place_of_nothing_else(
    argv: list[str], message: str, refused: Attempt, tmp_path: Path
) -> None:
    """A slip in --out costs neither drawings nor a network that draws: it is told before the first step."""
    networks.write(tmp_path / "square", "square")
    (tmp_path / "notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert message in refused(argv)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["round"], "a classifier tells categories apart, and alike holds one: 'round'"),
        (["Round", "cat", "round"], "'Round' and 'round' are taken for one name"),
    ],
)
@pytest.mark.parametrize("form", ["pictures", "strokes"])
def test_categories_that_nobody_could_tell_apart(
    form: str,
    names: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One alone, and two whose names are taken for one, by which the second would never be found."""
    monkeypatch.chdir(tmp_path)
    for name in names:
        round_and_square.write(tmp_path / "alike" / f"{name}.ndjson", "round", 20)
    assert main(["classifier", "--data", "alike", "--form", form, "--out", "out", "--threads", "1", "--quiet"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_recogniser_can_lie_in_the_folder_of_the_moment(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state lies beside the folder, under its name, which `.` does not say; the same command may follow."""
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    argv = ["classifier", "--data", str(data), "--form", "strokes", "--out", ".", "--steps", "2", "--batch", "4"]
    argv += ["--threads", "1", "--float32", "--quiet"]
    assert (main(argv), main(argv)) == (0, 0)
    assert read_recogniser_card(tmp_path / "mine").names == ("round", "square")
    assert (tmp_path / "mine.state" / "state.pt").exists()


def test_a_recogniser_judges_as_any_classifier(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--form strokes` makes a folder with the same report, calibrated; `beginnings` scores it and writes its card."""
    folder = tmp_path / "recogniser"
    fast = ["--steps", "60", "--batch", "32", "--threads", "1", "--float32", "--quiet"]
    argv = ["classifier", "--form", "strokes", "--data", str(data), "--out", str(folder), *fast]
    assert main([*argv, "--credit", "drawn by me; CC0", "--json"]) == 0
    trained = json.loads(capsys.readouterr().out)
    assert trained["test"]["top1"] > 0.8
    card = read_recogniser_card(folder)
    assert (card.names, card.scores) == (("round", "square"), ())
    assert (card.data[0].source, card.data[0].licence) == ("drawn by me", "CC0")
    assert card.command.startswith("python -m training classifier --form strokes")
    assert recognised(data / "square.ndjson.gz", folder, data, capsys)["drawn"]["top1"] > 0.8
    argv = ["beginnings", "--classifier", str(folder), "--data", str(data), "--threads", "1", "--write"]
    assert main([*argv, "--figure", str(tmp_path / "reliability.svg"), "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["part"] for each in found] == [0.3, 0.5, 0.8, 1.0]
    assert found[-1]["top1"] == trained["test"]["top1"]
    assert (tmp_path / "reliability.svg").is_file()
    written = read_recogniser_card(folder)
    assert [score.top1 for score in written.scores] == [round(each["top1"], 4) for each in found]
    assert written.sha256 == card.sha256
    assert main(argv[:-1]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2 + len(found)


def test_a_line_to_read(data: Path, classifier: Path, scribbler: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json, a line for each subject with both scores."""
    argv = ["recognise", str(scribbler), str(data / "square.ndjson.gz"), "--classifier", str(classifier)]
    assert main([*argv, "--data", str(data), "--count", "10", "--threads", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{scribbler} (round): top-1 ")
    assert "held-out real drawings: top-1 " in lines[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--classifier": "missing.pt"}, "missing.pt is not there"),
        ({"--data": "missing"}, "missing: No such file or directory"),
        ({"subject": "missing"}, "missing has no card.json"),
        ({"subject": "unicorn.ndjson"}, "the classifier does not know the category 'unicorn'"),
        ({"--temp-xy": "-1"}, "argument --temp-xy: "),
        ({"--temp-p": "nan"}, "argument --temp-p: "),
        ({"--count": "0"}, "count"),
    ],
    ids=str,
)
def test_bad_input_is_named(
    data: Path,
    classifier: Path,
    scribbler: Path,
    tmp_path: Path,
    changes: dict[str, str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit code 2 and one line that says what is wrong."""
    monkeypatch.chdir(tmp_path)
    round_and_square.write(tmp_path / "unicorn.ndjson", "round", 3)
    given = {"--classifier": str(classifier), "--data": str(data), "--count": "5", "--threads": "1", **changes}
    subject = given.pop("subject", str(scribbler))
    try:
        code = main(["recognise", subject, *(f"{name}={value}" for name, value in given.items())])
    except SystemExit as stop:  # argparse's own way out
        code = int(str(stop.code))
    assert code == 2
    assert message in capsys.readouterr().err
