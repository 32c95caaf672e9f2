"""The named systems."""

import re

from model.systems import DEFAULT_SYSTEM, SYSTEMS


def test_names_say_the_shape() -> None:
    """gmm128_20 is a mixture of 20 on 128 hidden units, and the default is one of them."""
    assert DEFAULT_SYSTEM in SYSTEMS
    for name, config in SYSTEMS.items():
        if match := re.fullmatch(r"gmm(\d+)_(\d+)", name):
            assert (config.hidden, config.mixtures) == tuple(map(int, match.groups()))
