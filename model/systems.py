"""The systems that have a name: presets of the one configurable network."""

from model.network import NetworkConfig

SYSTEMS: dict[str, NetworkConfig] = {
    "gmm128_1": NetworkConfig(hidden=128, mixtures=1),
    "gmm128_20": NetworkConfig(hidden=128, mixtures=20),
    "gmm512_20": NetworkConfig(hidden=512, mixtures=20),
}
DEFAULT_SYSTEM = "gmm512_20"
