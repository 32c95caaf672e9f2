"""What commands ask a checkpoint to draw."""

import argparse

import pytest

from model.card import Card
from training import drawn

CARD = Card(
    category="Round",
    slug="round",
    system="gmm8_2",
    hidden=8,
    mixtures=2,
    mean=(0, 0),
    std=(40, 40),
    max_points=12,
    temp_xy=0.4,
    temp_p=0.5,
)


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    drawn.add_arguments(parser, count=10)
    return parser.parse_args(arguments)


def test_seeds_count_up_from_the_first() -> None:
    """So many drawings as the command usually makes, unless it is told otherwise."""
    assert drawn.seeds(parsed()) == range(10)
    assert drawn.seeds(parsed("--seed", "7", "--count", "3")) == range(7, 10)


def test_temperatures_left_alone_are_those_of_the_card() -> None:
    """Each by itself; 0 is a temperature like another."""
    assert drawn.temperatures(parsed(), CARD) == (0.4, 0.5)
    assert drawn.temperatures(parsed("--temp-xy", "0"), CARD) == (0.0, 0.5)
    assert drawn.temperatures(parsed("--temp-p", "2"), CARD) == (0.4, 2.0)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--count", "0"), ("--count", "-3"), ("--count", "few"), ("--temp-xy", "-1"), ("--temp-p", "nan")],
)
def test_what_cannot_be_drawn_is_refused_by_name(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is loaded, in words that show what was written."""
    with pytest.raises(SystemExit):
        parsed(f"{option}={value}")
    assert value in capsys.readouterr().err
