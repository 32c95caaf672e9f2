"""The dials that commands share: the shape of a network, what a checkpoint is asked to draw."""

import argparse
from pathlib import Path

import pytest

from model.card import SubjectCard
from model.network import NetworkConfig
from model.systems import SYSTEMS
from training import arguments
from training.errors import TrainingError


def shape(*argv: str) -> tuple[str, NetworkConfig]:
    parser = argparse.ArgumentParser()
    arguments.add_system(parser)
    return arguments.system_of(parser.parse_args(argv))


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_its_preset(name: str) -> None:
    """--system alone gives the preset by its name."""
    assert shape("--system", name) == (name, SYSTEMS[name])


@pytest.mark.parametrize(
    ("argv", "name", "config"),
    [
        ([], "gmm512_20", NetworkConfig(512, 20)),
        (["--hidden", "256", "--mixtures", "10"], "gmm256_10", NetworkConfig(256, 10)),
        (["--hidden", "128"], "gmm128_20", NetworkConfig(128, 20)),
        (["--system", "base", "--hidden", "64"], "base64", NetworkConfig(64, 0)),
    ],
)
def test_numbers_make_others(argv: list[str], name: str, config: NetworkConfig) -> None:
    """--hidden and --mixtures change the preset, and the name says so; a preset's shape has its name."""
    assert shape(*argv) == (name, config)


@pytest.mark.parametrize("name", [name for name, config in SYSTEMS.items() if not config.mixtures])
def test_a_point_has_no_components(name: str) -> None:
    """--mixtures is refused, not dropped, where no mixture is foreseen."""
    with pytest.raises(TrainingError, match=f"{name} foresees a point"):
        shape("--system", name, "--mixtures", "3")


@pytest.mark.parametrize("number", ["0", "-1", "2.5", "many"])
def test_sizes_are_whole_numbers_above_0(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else is refused with the usage."""
    with pytest.raises(SystemExit):
        shape(f"--hidden={number}")
    assert f"a whole number from 1 to 16,384 is wanted, not {number!r}" in capsys.readouterr().err


@pytest.mark.parametrize(("place", "source"), [("drawings", "drawings"), (".", "here"), ("/", "/")])
def test_drawings_without_a_credit_have_their_folders_name(
    place: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no licence: nobody has said which."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    [part] = arguments.part(None, [Path(place)], 7)
    assert (part.source, part.count, part.licence) == (source, 7, "not stated")


CARD = SubjectCard(name="Round", slug="round", max_points=12, temp_xy=0.4, temp_p=0.5)


def parsed(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    arguments.add_sampling(parser, count=10)
    return parser.parse_args(argv)


def test_seeds_count_up_from_the_first() -> None:
    """So many drawings as the command usually makes, unless it is told otherwise."""
    assert arguments.seeds(parsed()) == range(10)
    assert arguments.seeds(parsed("--seed", "7", "--count", "3")) == range(7, 10)


def test_temperatures_left_alone_are_those_of_the_card() -> None:
    """Each by itself; 0 is a temperature like another."""
    assert arguments.temperatures(parsed(), CARD) == (0.4, 0.5)
    assert arguments.temperatures(parsed("--temp-xy", "0"), CARD) == (0.0, 0.5)
    assert arguments.temperatures(parsed("--temp-p", "2"), CARD) == (0.4, 2.0)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--count", "0"), ("--count", "-3"), ("--count", "few"), ("--temp-xy", "-1"), ("--temp-p", "nan")],
)
def test_what_cannot_be_drawn_is_refused_by_name(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is loaded, in words that show what was written."""
    with pytest.raises(SystemExit):
        parsed(f"{option}={value}")
    assert value in capsys.readouterr().err
