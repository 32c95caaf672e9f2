"""The named systems."""

import re

import pytest

from model.network import NetworkConfig
from model.systems import DEFAULT_SYSTEM, SYSTEMS, name_of


def test_names_say_the_shape() -> None:
    """gmm128_20 is a mixture of 20 on 128 hidden units, and the default is one of them."""
    assert DEFAULT_SYSTEM in SYSTEMS
    for name, config in SYSTEMS.items():
        if match := re.fullmatch(r"gmm(\d+)_(\d+)", name):
            assert (config.hidden, config.mixtures) == tuple(map(int, match.groups()))


@pytest.mark.parametrize(("name", "config"), SYSTEMS.items())
def test_a_preset_keeps_its_name(name: str, config: NetworkConfig) -> None:
    """The shape of a preset has the preset's name, however it was come by."""
    assert name_of(NetworkConfig(config.hidden, config.mixtures, config.trunk, config.pen)) == name


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (NetworkConfig(256, 10), "gmm256_10"),
        (NetworkConfig(128, 3), "gmm128_3"),
        (NetworkConfig(256, 0), "base256"),
        (NetworkConfig(64, 0, pen=False), "trajectory64"),
        (NetworkConfig(64, 0, "tanh", pen=False), "feedforward64"),
    ],
)
def test_every_other_shape_has_a_name_of_its_own(config: NetworkConfig, name: str) -> None:
    """Kind, H, and K of a mixture."""
    assert name_of(config) == name
