"""`python -m training fleet` without Ray: one category after another, and side by side."""

import argparse
import json
from pathlib import Path

import fsspec
import pytest

from model.checkpoint import load_checkpoint, read_card
from tests.training import networks, shapes
from training import train
from training.__main__ import main
from training.fleet import cluster
from training.fleet.place import lying, place_of
from training.loop.trainer import Trainer
from training.train import Hold

KINDS = {"square": 40, "zigzag": 40, "round house": 41}
DIALS = ["--system", "gmm128_1", "--hidden", "8", "--epochs", "3", "--batch", "16", "--validations", "3", "--float32"]
QUIET = [*DIALS, "--threads", "1", "--quiet"]


@pytest.fixture(autouse=True)
def _without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "is_installed", lambda: False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for seed, (name, count) in enumerate(KINDS.items()):
        shapes.write(folder / f"{name}.ndjson", "zigzag" if name == "zigzag" else "square", count, seed=seed)
    return folder


@pytest.fixture(scope="module")
def alone(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the same networks lie, each trained by `train`."""
    out = tmp_path_factory.mktemp("alone")
    for name in KINDS:
        argv = [
            "train",
            name,
            "--data",
            str(data / f"{name}.ndjson"),
            "--out",
            str(out),
            "--state",
            str(out / ".state"),
        ]
        assert main([*argv, *QUIET]) == 0
        (out / ".state" / "state.pt").unlink()
    return out


def fleet(data: Path, out: object, *more: str, categories: tuple[str, ...] = ("all",)) -> list[str]:
    return ["fleet", "--categories", *categories, "--data", str(data), "--out", str(out), *QUIET, *more]


def folder_of(name: str) -> str:
    return f"{name.replace(' ', '-')}@gmm8_1"


@pytest.mark.parametrize("more", [(), pytest.param(("--workers", "2"), marks=pytest.mark.slow)], ids=["here", "aside"])
def test_each_is_as_if_trained_alone(
    data: Path, alone: Path, tmp_path: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Bit for bit, card and model; a line for each while they are trained, a table of all at the end."""
    assert main(fleet(data, tmp_path / "out", *more)) == 0
    for name in KINDS:
        networks.assert_alike(tmp_path / "out" / folder_of(name), alone / folder_of(name))
    printed = capsys.readouterr().out.splitlines()
    assert {line.partition("]")[0] for line in printed[:3]} == {"[1/3", "[2/3", "[3/3"}
    assert printed[3].split() == ["|", "category", "|", "nats", "|", "seconds", "|", "state", "|"]
    assert [line.split("|")[1].strip() for line in printed[5:]] == sorted(KINDS)
    assert all(line.split("|")[4].strip() == "trained" for line in printed[5:])


def test_what_is_done_is_passed_over_until_it_changes(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the hash of settings and drawings; a damaged model is made again, another's checkpoint only by --force."""
    names, out = ("square", "zigzag"), tmp_path / "out"
    mine = tmp_path / "data"
    mine.mkdir()
    for name in names:
        (mine / f"{name}.ndjson").write_bytes((data / f"{name}.ndjson").read_bytes())
    trained: list[str] = []
    really = train.fit

    def fit(args: argparse.Namespace, hold: Hold) -> int:
        trained.append(args.category)
        return really(args, hold)

    monkeypatch.setattr(train, "fit", fit)
    argv = fleet(mine, out, categories=names)
    assert (main(argv), main([*argv, "--workers", "1"])) == (0, 0)
    assert trained == [*names]
    assert capsys.readouterr().out.count("there before") == 4  # a line each, and in the table
    model = out / folder_of("zigzag") / "model.pt"
    model.write_bytes(model.read_bytes()[:-1])
    shapes.write(mine / "square.ndjson", "square", 45)
    assert main(argv) == 0
    assert trained == [*names, *names]
    assert main([*argv, "--seed", "1"]) == 1
    assert capsys.readouterr().out.count("square@gmm8_1 is there already") == 1
    assert main([*argv, "--seed", "1", "--force"]) == 0


def test_what_came_meanwhile_is_not_replaced(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another fleet, with another state: it fails the category, whose state is kept, unless --force is given."""
    out, really = tmp_path / "out", train.fit

    def fit(args: argparse.Namespace, hold: Hold) -> int:
        networks.write(out / folder_of("square"), "square")
        return really(args, hold)

    monkeypatch.setattr(train, "fit", fit)
    argv = fleet(data, out, categories=("square",))
    assert main(argv) == 1
    assert "square@gmm8_1 is there already" in capsys.readouterr().out
    assert len(list((out / ".fleet").rglob("state.pt"))) == 1
    assert main([*argv, "--force"]) == 0
    assert read_card(out / folder_of("square")).hidden == 8


def test_a_killed_fleet_goes_on(data: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a category, from its state: what comes of it is the same, and only logs are left beside."""
    out, really = tmp_path / "out", Trainer._validate
    made: list[int] = []

    def validate(trainer: Trainer) -> None:
        really(trainer)
        made.append(trainer.run.step)
        if len(made) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "_validate", validate)
    argv = fleet(data, out, categories=tuple(KINDS))
    assert main(argv) == 130
    assert main(argv) == 0
    assert len(made) == 9, "a validation was made twice, or not at all"
    for name in KINDS:
        networks.assert_alike(out / folder_of(name), alone / folder_of(name))
    assert {path.name for path in (out / ".fleet").rglob("*") if path.is_file()} == {"log.jsonl"}


def test_a_bad_category_stops_no_other(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A missing file and a damaged one are named with what is wrong; the status is 1, the rest is trained."""
    mine = tmp_path / "data"
    mine.mkdir()
    (mine / "square.ndjson").write_bytes((data / "square.ndjson").read_bytes())
    (mine / "torn.ndjson").write_text('{"word": "torn", "drawing": [[[1, 2]')
    names = tmp_path / "names.txt"
    names.write_text("lost\ntorn\n\nsquare\nSquare\n", "utf-8-sig")
    assert main(fleet(mine, tmp_path / "out", categories=(str(names),))) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[4].strip() for line in lines[-3:]] == ["failed", "failed", "trained"]
    assert "lost: failed: no drawings of 'lost'" in caplog.text
    assert "torn.ndjson, line 1" in caplog.text
    load_checkpoint(tmp_path / "out" / folder_of("square"))


def test_a_bucket_holds_the_same(data: Path, alone: Path, tmp_path: Path) -> None:
    """Card and model, and nothing else; the second time the bucket says that they are done."""
    address = f"memory://{tmp_path.name}/fleet"
    argv = fleet(data, address, "--state", str(tmp_path / "state"), categories=("square",))
    assert (main(argv), main(argv)) == (0, 0)
    found = lying(place_of(address), folder_of("square"))
    assert found is not None
    assert found.card is not None
    assert found.whole
    memory = fsspec.filesystem("memory")
    stored = memory.find(f"/{tmp_path.name}/fleet")
    assert [Path(path).name for path in stored] == ["card.json", "model.pt"]
    memory.get(f"/{tmp_path.name}/fleet/{folder_of('square')}", str(tmp_path / "fetched"), recursive=True)
    networks.assert_alike(tmp_path / "fetched", alone / folder_of("square"))


def test_a_bucket_that_is_cut_off_holds_the_former(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between model and card the older card still finds its model; what lies there afterwards is the newer."""
    place = place_of(f"memory://{tmp_path.name}/cut")
    card = networks.card("square")
    place.write("square", b"older", card)
    memory = type(fsspec.filesystem("memory"))
    really = memory.pipe_file

    def pipe_file(self: object, path: str, value: bytes, **more: object) -> None:
        if path.endswith("card.json"):
            raise ConnectionError
        really(self, path, value, **more)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "pipe_file", pipe_file)
        with pytest.raises(ConnectionError):
            place.write("square", b"newer", card)
    found = lying(place, "square")
    assert found is not None
    assert found.whole
    place.write("square", b"newest", card)
    found = lying(place, "square")
    assert found is not None
    assert found.whole


def test_a_fleet_begins_as_a_pretrained_network(data: Path, tmp_path: Path) -> None:
    """--init-from as `train` has it; the network that it begins as is part of what is asked for."""
    start = networks.write(tmp_path / "start", "square", "zigzag")
    dials = ["--epochs", "1", "--batch", "16", "--float32", "--threads", "1", "--quiet", "--init-from", str(start)]
    out = ["--data", str(data), "--out", str(tmp_path / "out")]
    assert main(["fleet", "--categories", "zigzag", *out, *dials]) == 0
    argv = ["train", "zigzag", "--data", str(data / "zigzag.ndjson"), "--out", str(tmp_path / "alone"), *dials]
    assert main([*argv, "--state", str(tmp_path / "state")]) == 0
    networks.assert_alike(tmp_path / "out" / "zigzag", tmp_path / "alone" / "zigzag")
    networks.write(start, "square", "zigzag", seed=1)
    before = json.loads((tmp_path / "out" / "zigzag" / "card.json").read_text())["fingerprint"]
    assert main(["fleet", "--categories", "zigzag", *out, *dials]) == 0
    assert read_card(tmp_path / "out" / "zigzag").model_dump()["fingerprint"] != before


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (["--data", "/nowhere"], "/nowhere: No such file"),
        (["--init-from", "/nowhere"], "/nowhere has no card.json"),
        (["--out", "nosuch://place"], "nosuch://place cannot be reached"),
        (["--categories", "..."], "'...' is no name of a category"),
    ],
    ids=["data", "start", "bucket", "name"],
)
def test_what_is_wrong_with_all_is_said_once(
    data: Path, tmp_path: Path, changed: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is trained, with exit status 2."""
    assert main([*fleet(data, tmp_path / "out"), *changed]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("share", ["1.5", "-1", "nan", "inf", "half"])
def test_gpus_that_ray_cannot_give_are_refused(share: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A share of one, or a whole number; any other is named before anything starts."""
    with pytest.raises(SystemExit):
        main(["fleet", "--categories", "all", "--data", "x", "--out", "y", "--gpus", share])
    assert f"not '{share}'" in capsys.readouterr().err


def test_a_device_is_one_of_the_machine_that_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a cluster it has to be there; on one, other machines may have it, and the first may not."""
    argv = ["fleet", "--categories", "all", "--data", str(tmp_path), "--out", str(tmp_path), "--device", "cuda:99"]
    assert main(argv) == 2
    assert "'cuda:99' is not there" in capsys.readouterr().err
    monkeypatch.setattr(cluster, "is_installed", lambda: True)
    assert main(argv) == 2
    assert "holds no file of drawings" in capsys.readouterr().err
    assert main([*argv, "--workers", "2"]) == 2
    assert "'cuda:99' is not there" in capsys.readouterr().err
