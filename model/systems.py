"""The systems that have a name: presets of the one configurable network, in the article's order, worst first."""

from dataclasses import replace

from model.network import NetworkConfig

SYSTEMS: dict[str, NetworkConfig] = {
    "feedforward": NetworkConfig(hidden=128, mixtures=0, trunk="tanh", pen=False),
    "trajectory": NetworkConfig(hidden=128, mixtures=0, pen=False),
    "base": NetworkConfig(hidden=128, mixtures=0),
    "gmm128_1": NetworkConfig(hidden=128, mixtures=1),
    "gmm128_20": NetworkConfig(hidden=128, mixtures=20),
    "gmm512_20": NetworkConfig(hidden=512, mixtures=20),
}
DEFAULT_SYSTEM = "gmm512_20"
POINTS_WITHOUT_PEN = 25  # where the article stops a drawing that cannot end itself


def name_of(config: NetworkConfig) -> str:
    """The name of any network of these kinds: a preset's, else its kind with H and, of a mixture, K.

    `gmm256_10`, `base256`.
    """
    for name, preset in SYSTEMS.items():
        if config == preset:
            return name
    kinds = {_kind(preset): name.rstrip("0123456789_") for name, preset in SYSTEMS.items()}
    numbers = [config.hidden, *[config.mixtures] * (config.mixtures > 0)]
    return kinds[_kind(config)] + "_".join(map(str, numbers))


def _kind(config: NetworkConfig) -> NetworkConfig:
    """A network's shape without its size."""
    return replace(config, hidden=1, mixtures=min(1, config.mixtures))
