"""`python -m training` from the command line, on small drawings: train, pretrain, evaluate, sheet, arguments."""

import argparse
import json
import re
from pathlib import Path

import pytest
import torch

from model.checkpoint import load_checkpoint, read_card, read_weights
from model.drawing import draw
from model.saving import save_checkpoint
from model.strokes import validate
from model.weights import of_subject, to_network
from tests.training import networks, shapes
from training.__main__ import COMMANDS, Help, main, parser
from training.shared.file import FILE, load_shared
from training.train import start_from_checkpoint

FAST = [
    "--epochs",
    "12",
    "--batch",
    "16",
    "--lr",
    "0.01",
    "--validations",
    "3",
    "--threads",
    "1",
    "--quiet",
    "--float32",
]

PRETRAIN = [
    *("--hidden", "128", "--mixtures", "1", "--embedding", "16", "--latent", "4", "--encoder", "16"),
    *("--steps", "80", "--batch", "16", "--lr", "0.01", "--threads", "1", "--quiet", "--float32"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for kind in ("square", "zigzag"):
        shapes.write(folder / "real" / f"{kind}.ndjson.gz", kind, 150)
    shapes.write(folder / "extra" / "square.ndjson", "square", 100, seed=7)
    return folder


@pytest.fixture(scope="module")
def pretrained(data: Path) -> Path:
    """The checkpoint of a network that has seen both categories."""
    out = data / "pretrained"
    argv = ["pretrain", "--data", str(data / "real"), "--extra-data", str(data / "extra"), "--out", str(out)]
    argv += ["--credit", "wobbly shapes; CC0", "--extra-credit", "more of them; CC0", *PRETRAIN]
    assert main(argv) == 0
    network, names, parts = load_shared(out / FILE)
    card = networks.card(*names, system="gmm128_1", hidden=128, mixtures=1)
    card = card.model_copy(update={"latent": network.config.latent, "data": tuple(parts)})
    save_checkpoint(out / "both", network.weights(), card)
    return out / "both"


@pytest.fixture(scope="module")
def trained(data: Path, pretrained: Path) -> Path:
    out = data / "checkpoints"
    argv = ["train", "Wobbly Square", "--data", str(data / "real" / "square.ndjson.gz"), "--system", "gmm128_1"]
    argv += ["--extra-data", str(data / "extra" / "square.ndjson"), "--repeat", "2", "--init-from", str(pretrained)]
    assert main([*argv, "--out", str(out), "--state", str(data / "state"), "--credit", "real; CC0", *FAST]) == 0
    return out / "wobbly-square@gmm128_1"


def score(checkpoint: Path, file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert main(["evaluate", str(checkpoint), "--data", str(file), "--json", "--threads", "1", *more]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_from_drawings_to_a_checkpoint_that_draws(trained: Path) -> None:
    """Pretraining, training and export end in a checkpoint that draws whole drawings."""
    checkpoint = load_checkpoint(trained)
    for drawing in draw(checkpoint, range(20), temp_xy=0.3, temp_p=0.3, max_points=checkpoint.card.subject.max_points):
        validate(drawing.stroke5)
        assert drawing.ended


def test_the_card_tells_the_truth(trained: Path, pretrained: Path) -> None:
    """The card names the parts of the data with counts and licences, pretraining's too, and the command."""
    card = load_checkpoint(trained).card
    assert [(part.source, part.licence) for part in card.data] == [
        ("real", "CC0"),
        ("square.ndjson", "not stated"),
        ("pretraining: wobbly shapes", "CC0"),
        ("pretraining: more of them", "CC0"),
    ]
    assert [part.count for part in card.data][1::2] == [100, 100]
    assert 100 < card.data[0].count < 140
    assert (card.subject.slug, card.system, card.hidden, card.mixtures) == ("wobbly-square", "gmm128_1", 128, 1)
    assert not card.subject.default  # its folder is not the category's own
    assert card.command.startswith("python -m training train 'Wobbly Square'")
    assert str(pretrained) in card.command
    assert card.nats is not None
    assert card.nats.total == card.nats.xy + card.nats.pen
    assert card.subject.nats == card.nats


def test_evaluate_answers_the_agreed_keys(trained: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has the contract's keys, and drawings of its own kind score better than others."""
    own = score(trained, data / "real" / "square.ndjson.gz", capsys, "--split", "test")
    other = score(trained, data / "real" / "zigzag.ndjson.gz", capsys)
    assert {"category", "drawings", "points", "xy", "pen", "total"} <= own.keys()
    assert other["drawings"] == 150
    assert other["points"] == 150 * 7
    assert float(str(own["total"])) < float(str(other["total"])) - 1


def test_the_cards_score_is_what_evaluate_gives(trained: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The card's nats are those of the stored weights on the validation split."""
    nats = load_checkpoint(trained).card.nats
    assert nats is not None
    found = score(trained, data / "real" / "square.ndjson.gz", capsys, "--split", "valid")
    assert found["total"] == pytest.approx(nats.total, abs=1e-3)


def test_evaluate_prints_a_line_to_read(trained: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json a person reads category, score and range."""
    assert main(["evaluate", str(trained), "--data", str(data / "real" / "square.ndjson.gz"), "--threads", "1"]) == 0
    assert "Wobbly Square: " in (line := capsys.readouterr().out)
    assert "95 % range" in line


def test_a_checkpoint_can_be_trained_on(trained: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--init-from takes a checkpoint's folder: before any step counts, the network is the one that was saved.

    Its shape is what is trained, unless another is asked for, and the result is what draws the category by default.
    """
    argv = ["train", "zigzag", "--data", str(data / "real" / "zigzag.ndjson.gz")]
    argv += ["--init-from", str(trained), "--out", str(data / "second"), "--state", str(data / "second-state")]
    assert main([*argv, *FAST, "--lr", "0", "--epochs", "1"]) == 0
    file = data / "real" / "square.ndjson.gz"
    before = score(trained, file, capsys)
    assert (card := read_card(data / "second" / "zigzag")).subject.default
    assert card.system == "gmm128_1"
    after = score(data / "second" / "zigzag", file, capsys)
    assert after["total"] == pytest.approx(before["total"], abs=1e-3)


def test_a_state_that_began_as_another_network_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--init-from says what is trained: a state of what began as another network is no state of this run."""
    argv = ["train", "square", "--data", str(data / "real" / "square.ndjson.gz"), "--state", str(tmp_path / "state")]
    argv += [*FAST, "--epochs", "0.1"]
    for name, seed, code in (("one", 1, 0), ("two", 2, 2)):
        start = networks.write(tmp_path / "starts" / name, "square", seed=seed)
        assert main([*argv, "--init-from", str(start), "--out", str(tmp_path / name)]) == code
    assert "belongs to a run with other data or settings" in capsys.readouterr().err
    assert not (tmp_path / "two").exists()


def test_a_start_among_several_subjects_is_the_one_of_that_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By any of its names; a name that is not known starts from the mean of all, and the log says which."""
    folder = networks.write(tmp_path / "many", "cat", "dog", "owl")
    _, weights = read_weights(folder)
    caplog.set_level("INFO")
    for name, number, said in (("Dog", 1, "draws 'dog'"), ("unicorn", None, "does not know 'unicorn'")):
        found = start_from_checkpoint(folder, name).network
        expected = to_network(of_subject(weights, number))
        for key, value in expected.state_dict().items():
            torch.testing.assert_close(found.state_dict()[key], value)
        assert said in caplog.text
    only = start_from_checkpoint(networks.write(tmp_path / "cat", "cat"), "unicorn").network
    assert torch.equal(only.head.bias, to_network(read_weights(tmp_path / "cat")[1]).head.bias)
    assert "draws 'cat'" in caplog.text


def test_the_systems_own_folder_is_the_default(data: Path, tmp_path: Path) -> None:
    """Where the folder bears the category's name alone, the card says that this network is its default."""
    argv = ["train", "square", "--data", str(data / "real" / "square.ndjson.gz"), "--out", str(tmp_path)]
    assert main([*argv, "--state", str(tmp_path / "s"), *FAST, "--epochs", "0.1"]) == 0
    assert load_checkpoint(tmp_path / "square").card.subject.default


def test_a_file_may_have_a_name_that_is_no_unicode(data: Path, tmp_path: Path) -> None:
    """Old archives and cameras write such; the card shows its bytes."""
    file = tmp_path / "caf\udce9.ndjson.gz"
    file.write_bytes((data / "real" / "square.ndjson.gz").read_bytes())
    argv = ["train", "square", "--data", str(file), "--out", str(tmp_path), "--state", str(tmp_path / "s")]
    assert main([*argv, *FAST, "--system", "gmm128_1", "--epochs", "0.1"]) == 0
    assert read_card(tmp_path / "square@gmm128_1").data[0].source == r"caf\udce9.ndjson.gz"


def test_another_runs_checkpoint_is_not_replaced(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same command may write its own again; any other is told so before it trains, and --force lets it."""
    there = networks.write(tmp_path / "out" / "square", "square") / "model.pt"
    before = there.read_bytes()
    argv = ["train", "square", "--data", str(data / "real" / "square.ndjson.gz"), "--out", str(tmp_path / "out")]
    argv += ["--state", str(tmp_path / "s"), *FAST, "--epochs", "0.1"]
    assert main(argv) == 2
    assert "square is there already" in capsys.readouterr().err
    assert there.read_bytes() == before
    assert not (tmp_path / "s").exists()
    forced = [*argv, "--force"]
    assert (main(forced), main(forced)) == (0, 0)
    assert main(argv) == 2
    (tmp_path / "out" / "square" / "card.json").write_text("{")
    assert main(argv) == 2
    (tmp_path / "out" / "square" / "card.json").unlink()
    there.unlink()
    assert (main(argv), main(argv)) == (0, 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_a_default_once_and_only_where_there_is_one(name: str) -> None:
    """Every argument is explained; no `None`, no `False`, no brackets of Python's, none that the text tells already."""
    [commands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    formatter = Help("training")
    for action in commands.choices[name]._actions:
        assert action.help, action.dest
        text = formatter._expand_help(action)
        assert text.count("default: ") <= 1, text
        assert not re.search(r"default: (None|False|\[|\()", text), text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["inspect", "a.ndjson"], "stopped\n"),
        (["download", "cat"], "stopped; the same command goes on from here\n"),
    ],
)
def test_what_goes_on_after_ctrl_c_says_so(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And no other command does."""

    def interrupted(_: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS[words[0]], "run", interrupted)
    assert main(words) == 130
    assert capsys.readouterr().err == told


def test_bad_json_on_line_7_is_named_and_can_be_skipped(
    trained: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and one line that names file and line; --skip-bad reads the rest."""
    path = shapes.write(tmp_path / "bad.ndjson", "square", 20)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:6], lines[6][:-9], *lines[7:]]))
    assert main(["evaluate", str(trained), "--data", str(path), "--threads", "1"]) == 2
    assert "bad.ndjson, line 7: not JSON" in capsys.readouterr().err
    assert score(trained, path, capsys, "--skip-bad")["drawings"] == 19


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--system", "gmm128_20"], "but gmm128_20 is"),
        (["--system", "gmm128_1", "--out", f"{__file__}/below"], f"{__file__} is no folder"),
        (["--system", "gmm128_1", "--credit", "\udcff; CC0"], "the card cannot be made: Error serializing to JSON"),
        (["--system", "gmm128_1", "--init-from", "absent.pt"], "absent.pt has no card.json"),
    ],
)
def test_what_cannot_be_done_is_said(
    argv: list[str], message: str, data: Path, pretrained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A start of another shape or none, an --out or a credit that cannot be written: exit 2, before training."""
    base = ["train", "square", "--data", str(data / "real" / "square.ndjson.gz"), "--init-from", str(pretrained)]
    assert main([*base, "--out", str(tmp_path), "--state", str(tmp_path / "s"), *FAST, "--epochs", "0.1", *argv]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())  # so it did not begin to train


def test_a_sheet_has_every_drawing(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each subject, each drawing in its cell, the same again for the same seed; a bad path is said."""
    out = tmp_path / "sheet.svg"
    argv = ["sheet", str(trained), str(trained), "--count", "3", "--threads", "1", "--out"]
    assert main([*argv, str(out)]) == 0
    first = out.read_text()
    assert first.count("<path ") == 6
    assert main([*argv, str(out)]) == 0
    assert out.read_text() == first
    assert main([*argv, str(tmp_path / "sheet.png")]) == 0
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    assert main([*argv, str(tmp_path / "absent" / "sheet.svg")]) == 2
    assert "cannot be written" in capsys.readouterr().err
