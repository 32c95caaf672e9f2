"""`python -m training pretrain` from the command line, on small drawings."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training import shapes
from tests.training.full_disk import full
from training.__main__ import main
from training.shared import file
from training.shared.file import FILE, load_shared
from training.shared.network import SharedConfig

SHAPE = ["--hidden", "16", "--mixtures", "2", "--embedding", "8", "--latent", "4", "--encoder", "8", "--kind", "4"]
RUN = ["--batch", "16", "--lr", "0.01", "--validations", "2", "--threads", "1", "--quiet", "--float32"]
NAMES = ["square", "zigzag"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for kind in NAMES:
        shapes.write(folder / "real" / f"{kind}.ndjson.gz", kind, 150)
        shapes.write(folder / "extra" / f"{kind}.ndjson", kind, 50, seed=7)
    argv = ["pack", "--data", str(folder / "real"), "--extra-data", str(folder / "extra")]
    assert main([*argv, "--out", str(folder / "packed")]) == 0
    return folder


def pretrain(out: Path, *argv: object) -> int:
    return main(["pretrain", "--out", str(out), *RUN, *map(str, argv)])


def folders(data: Path) -> list[str]:
    return ["--data", str(data / "real"), "--extra-data", str(data / "extra")]


@pytest.fixture(scope="module")
def trained(data: Path) -> Path:
    told = ["--credit", "wobbly shapes; CC0", "--extra-credit", "more of them; CC0"]
    assert pretrain(data / "trained", *folders(data), *SHAPE, *told, "--steps", 60) == 0
    return data / "trained" / FILE


def test_a_folder_of_drawings_becomes_a_network(trained: Path) -> None:
    """Of the shape that was asked for, with names and data; the file says how it was made and how good it is."""
    network, names, parts = load_shared(trained)
    assert names == NAMES
    assert network.config == SharedConfig(2, hidden=16, mixtures=2, embedding=8, latent=4, encoder=8, kind=4)
    assert [(part.source, part.licence) for part in parts] == [("wobbly shapes", "CC0"), ("more of them", "CC0")]
    assert 200 < parts[0].count < 300
    assert parts[1].count == 100
    told = torch.load(trained, weights_only=True)
    assert told["command"].startswith("python -m training pretrain")
    assert told["recipe"]["steps"] == 60
    assert told["nats"] < 11
    assert {path.name for path in trained.parent.iterdir()} == {FILE, "state.pt", "log.jsonl"}


def test_a_packed_folder_trains_the_same_network(trained: Path, data: Path, tmp_path: Path) -> None:
    """Bit for bit."""
    assert pretrain(tmp_path, "--data", data / "packed", *SHAPE, "--steps", 60) == 0
    expected = load_shared(trained)[0].state_dict()
    for name, value in load_shared(tmp_path / FILE)[0].state_dict().items():
        assert torch.equal(value, expected[name]), name


def test_training_goes_on_from_a_network(trained: Path, data: Path, tmp_path: Path) -> None:
    """--init-from begins where the other ended, with its names, also where there are drawings of some of them only."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "zigzag.ndjson.gz").write_bytes((data / "real" / "zigzag.ndjson.gz").read_bytes())
    argv = ["--data", tmp_path / "some", "--init-from", trained, "--steps", 1, "--credit", "again; CC0"]
    assert pretrain(tmp_path / "more", *argv, "--lr", 0) == 0
    (before, names, parts), (after, its_names, more) = load_shared(trained), load_shared(tmp_path / "more" / FILE)
    for name, value in before.state_dict().items():
        torch.testing.assert_close(after.state_dict()[name], value)
    assert its_names == names
    assert more[1:] == parts
    assert more[0].source == "again"
    argv[3] = tmp_path / "more" / FILE
    assert pretrain(tmp_path / "more", *argv, "--lr", 0) == 2  # its state began as another network


def test_only_what_belongs_to_subjects_can_be_trained(trained: Path, data: Path, tmp_path: Path) -> None:
    """All else stays as it was."""
    argv = ["--init-from", trained, "--only-subjects", "--like", 0, "--steps", 5, "--weigh", "zigzag=3"]
    assert pretrain(tmp_path, *folders(data), *argv) == 0
    before, after = load_shared(trained)[0].state_dict(), load_shared(tmp_path / FILE)[0].state_dict()
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed == {"shift.weight", "first.weight", "bias.weight"}


def state(folder: Path) -> dict[str, Any]:
    saved: dict[str, Any] = torch.load(folder / "state.pt", weights_only=True)
    return saved


def test_as_many_steps_as_see_some_points(data: Path, tmp_path: Path) -> None:
    """--points instead of --steps."""
    assert pretrain(tmp_path, "--data", data / "packed", *SHAPE, "--points", 2000) == 0
    assert state(tmp_path)["run"]["points"] == pytest.approx(2000, rel=0.1)


def test_sampled_categories_can_be_left_out(data: Path, tmp_path: Path) -> None:
    """Of folders and of packed drawings; the real ones stay."""
    for place, where in (("folders", folders(data)), ("packed", ["--data", str(data / "packed")])):
        assert pretrain(tmp_path / place, *where, *SHAPE, "--steps", 1, "--leave-out", "Zigzag") == 0
        _, names, parts = load_shared(tmp_path / place / FILE)
        assert names == NAMES
        assert parts[1].count == 50


def test_pretraining_that_ends_on_a_full_disk_is_not_lost(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit code 2, and the run's state is kept: the same command then writes the network at once."""
    argv = ["--data", data / "packed", *SHAPE, "--steps", 6]
    with monkeypatch.context() as patch:
        patch.setattr(file, "write_whole", full)
        assert pretrain(tmp_path, *argv) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"{FILE} could not be written: No space left on device; the same command goes on from here")
    assert state(tmp_path)["run"]["step"] == 6
    monkeypatch.setattr("training.shared.trainer.SharedTrainer._step", full)  # there is none left to make
    assert pretrain(tmp_path, *argv) == 0
    assert load_shared(tmp_path / FILE)[1] == NAMES


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--hidden", "32"], "has --hidden 16, not 32"),
        (["--init-from", "absent.pt"], "absent.pt is not a trained network of many subjects"),
        (["--extra-data", "somewhere"], "is packed, with its extra drawings"),
        (["--leave-out", "cow"], "there is no category 'cow'"),
        (["--weigh", "zigzag=much"], "a factor is a number above 0"),
        (["--weights", "absent.json"], "absent.json: No such file or directory"),
        (["--out", f"{__file__}/below"], f"{__file__} is no folder"),
        (["--credit", "\udcff; CC0"], "the card cannot be made: Error serializing to JSON"),
    ],
)
def test_what_cannot_be_done_is_said(
    argv: list[str], message: str, trained: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line on standard error and exit 2, before training begins."""
    assert pretrain(tmp_path, "--data", data / "packed", "--init-from", trained, "--steps", 1, *argv) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_drawings_that_the_network_does_not_know_are_refused(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The category is named."""
    shapes.write(tmp_path / "other" / "circle.ndjson", "square", 60)
    assert pretrain(tmp_path, "--data", tmp_path / "other", "--init-from", trained) == 2
    assert "there is no category 'circle'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("names", "more", "message"),
    [
        (["cow", "The Cow"], [], "is matched like a name of"),
        (["a" * 101, "cow"], [], "at most 100 characters"),
        (["!?", "cow"], [], "'!?' has no letter or digit"),
        (["sheep", "cow"], ["--real", 0], "--real 0 leaves nothing to learn from"),
    ],
)
def test_what_could_not_be_exported_or_learnt_is_refused(
    names: list[str], more: list[object], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names that no card can hold, and no drawings at all, are found out before training begins."""
    for seed, name in enumerate(names):
        shapes.write(tmp_path / "real" / f"{name}.ndjson", "square", 40, seed=seed)
    assert pretrain(tmp_path / "out", "--data", tmp_path / "real", *SHAPE, "--steps", 1, *more) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_categories_count_by_a_file(data: Path, tmp_path: Path) -> None:
    """--weights names the factors; a run with others is another run."""
    (tmp_path / "weights.json").write_text(json.dumps({"square": 2}))
    argv = ["--data", data / "packed", *SHAPE, "--steps", 2]
    assert pretrain(tmp_path / "out", *argv, "--weights", tmp_path / "weights.json") == 0
    assert pretrain(tmp_path / "out", *argv) == 2
