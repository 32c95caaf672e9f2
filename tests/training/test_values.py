"""What is written on a command line: slips are refused with the option's name, before anything is read or trained."""

import argparse
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

from model.card import SEEDS
from training import train, values
from training.__main__ import COMMANDS, main, parser
from training.loop.step import seed_of

TEXTS = (None, Path, values.category, values.folder_name)  # of which no number is a slip
SLIPS = ("", "x", "-1", "nan", "inf", "1e999")


@cache
def commands() -> dict[str, argparse.ArgumentParser]:
    [found] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


def typed() -> Iterator[tuple[str, str]]:
    """(command, option) of every option that is no text."""
    for name, command in commands().items():
        for action in command._actions:
            if action.option_strings and action.type not in TEXTS:
                yield name, action.option_strings[0]


def refused(command: str, argument: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of an argument that ends its command with status 2."""
    with pytest.raises(SystemExit) as stop:
        commands()[command].parse_args([argument])
    assert stop.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "a/", "/a", ".a"])
def test_a_folders_name_leads_nowhere_else(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A checkpoint lies in the folder that --out names."""
    assert "argument --name: the name of a folder" in refused("export", f"--name={name}", capsys)


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize(("command", "option"), list(typed()))
def test_every_option_knows_its_bounds(
    command: str, option: str, slip: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every command: what is no number, or none in the bounds, is refused with the option and what was written."""
    told = refused(command, f"{option}={slip}", capsys)
    assert f"error: argument {option}: " in told
    assert repr(slip) in told


def test_no_number_is_taken_for_a_text() -> None:
    """An option with a number for its default has a type, so the test above sees it; and it does see many."""
    for name, command in commands().items():
        for action in command._actions:
            if isinstance(action.default, (int, float)) and not isinstance(action.default, bool):
                assert action.type not in TEXTS, (name, action.dest)
    found = list(typed())
    assert {name for name, _ in found} == COMMANDS.keys() - {"least"}, "a command has lost all options that are typed"
    assert len(found) > 100


@pytest.mark.parametrize(
    ("command", "slip"),
    [
        *(("train", f"--{name}=0") for name in ("batch", "repeat", "validations", "threads", "hidden", "epochs")),
        *(("train", slip) for slip in ("--temp-xy=11", "--temp-p=1e9", "--dropout=1", "--dropout=2", "--blend=1.5")),
        *(("train", slip) for slip in ("--lr=1.5", "--scale=2", "--max-points=1", "--batch=2.5", "--device=gpu")),
        *(
            ("train", slip)
            for slip in ("--credit=drawn by me", "--extra-credit=; CC0", "--credit=me;", "--device=meta")
        ),
        *(("train", slip) for slip in (f"--seed={SEEDS}", "--device=cuda:99", "--threads=100000", "--epochs=1e300")),
        *(
            ("pretrain", slip)
            for slip in ("--steps=0", "--real=1.1", "--like=2", "--calm=2", "--turn=7", "--batch=1e3")
        ),
        *(("classifier", slip) for slip in ("--steps=0", "--batch=0", "--lr=2", "--credit=CC BY 4.0")),
        *(("evaluate", slip) for slip in ("--temperatures=0.5/11", "--count=0", "--resamples=-2")),
        *(("sheet", slip) for slip in ("--columns=0", "--count=0", "--temp-xy=10.01")),
        *(("fleet", slip) for slip in ("--workers=0", "--device=gpu", "--gpus=1.5")),
    ],
)
def test_what_is_just_beyond_is_refused(command: str, slip: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Zero where there must be one, more than all, a whole number that is none, a device that is not there."""
    assert f"error: argument {slip.partition('=')[0]}: " in refused(command, slip, capsys)


@pytest.mark.parametrize(
    ("command", "argument", "value"),
    [
        ("train", "--dropout=0", 0),
        ("train", "--blend=1", 1),
        ("train", "--patience=0", 0),
        ("train", "--temp-p=10", 10),
        ("train", "--lr=0", 0),
        ("train", "--epochs=0.1", 0.1),
        ("train", f"--seed={SEEDS - 1}", SEEDS - 1),
        ("train", "--credit= a; b ; CC0", ("a; b", "CC0")),
        ("train", "--device=cpu", "cpu"),
        ("fleet", "--device=cuda:7", "cuda:7"),  # another machine of the cluster may have it
        ("evaluate", "--resamples=0", 0),
        ("evaluate", "--temperatures=1/0", [(1, 0)]),
    ],
)
def test_bounds_themselves_are_taken(command: str, argument: str, value: object) -> None:
    """The least and the most of a value are values; a credit may hold a `;`."""
    left = {"train": ["cat", "--data=x", "--out=y"], "evaluate": ["z", "--data=x"]}
    left["fleet"] = ["--categories=all", "--data=x", "--out=y"]
    name = argument[2:].partition("=")[0].replace("-", "_")
    assert getattr(commands()[command].parse_args([*left[command], argument]), name) == value


def test_a_seed_as_large_as_a_card_holds_is_torchs_too() -> None:
    """What `--seed` takes, a step of training can begin with."""
    torch.Generator().manual_seed(seed_of(SEEDS - 1, 10**6))


@pytest.mark.parametrize("name", ["", "!?", "a" * 101, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 9])
def test_a_name_that_no_card_holds_is_refused(name: str) -> None:
    """One without a letter, and one that is too long, or whose folder's name is."""
    with pytest.raises(argparse.ArgumentTypeError, match=r"no letter or digit|at most 100 characters"):
        values.category(name)


@pytest.mark.parametrize("slip", ["--temp-xy=-1", "--credit=x", "--epochs=nan", "--device=gpu", "--batch=0"])
def test_what_is_refused_leaves_nothing_behind(
    slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No drawing is read, and no file or folder is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train, "collect", lambda *_, **__: pytest.fail("drawings are read"))
    with pytest.raises(SystemExit) as stop:
        main(["train", "cat", "--data", "cat.ndjson", "--out", "out", slip])
    assert stop.value.code == 2
    assert f"argument {slip.partition('=')[0]}: " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
