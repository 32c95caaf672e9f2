"""The dials that commands share: the shape of a network."""

import argparse

import pytest

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
        (["--hidden", "128", "--layers", "2"], "gmm128_20_2", NetworkConfig(128, 20, 2)),
        (["--hidden", "128"], "gmm128_20", NetworkConfig(128, 20)),
        (["--system", "base", "--hidden", "64"], "base64", NetworkConfig(64, 0)),
    ],
)
def test_numbers_make_others(argv: list[str], name: str, config: NetworkConfig) -> None:
    """--hidden, --mixtures and --layers change the preset, and the name says so; a preset's shape has its name."""
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
        shape("--layers", number)
    assert "whole number above 0" in capsys.readouterr().err or number == "-1"
