"""requirements.lock pins what pyproject.toml asks for."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [
    Requirement(line)
    for line in [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
    if Requirement(line).name != PROJECT["name"]
]
LOCK = [Requirement(line) for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_range_has_a_pin_inside_it(asked: Requirement) -> None:
    """What a person installs by range is what the tests ran with, at the least."""
    (pin,) = [pin for pin in LOCK if canonicalize_name(pin.name) == canonicalize_name(asked.name)]
    (exact,) = pin.specifier
    assert asked.specifier.contains(exact.version)


@pytest.mark.parametrize("pin", LOCK, ids=str)
def test_every_pin_is_exact(pin: Requirement) -> None:
    """One version each, from the ordinary index, without a local build's tag."""
    (exact,) = pin.specifier
    assert exact.operator == "=="
    assert "+" not in exact.version
    assert pin.url is None


def test_torch_is_the_tested_one() -> None:
    """TorchScript is deprecated upstream: another torch is a decision, not an accident."""
    assert "torch==2.13.0" in [str(pin) for pin in LOCK]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_ranges_leave_room(asked: Requirement) -> None:
    """pyproject.toml gives ranges, so that Inkstream can live beside other packages."""
    assert "==" not in [part.operator for part in asked.specifier]
