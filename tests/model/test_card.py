"""The card of a checkpoint."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from model.card import Card, Nats
from tests.model import samples

FIRST = {"category", "slug", "system", "hidden", "mixtures", "mean", "std", "max_points", "temp_xy", "temp_p"}
THEN = {"nats", "data", "command", "commit", "versions", "sha256"}


def test_it_has_every_key() -> None:
    """A card's JSON has the keys that a checkpoint promises, even those not known yet."""
    assert set(json.loads(samples.card().model_dump_json())) >= FIRST | THEN


def test_it_comes_back() -> None:
    """A card is read as it was written, with keys that this version does not know."""
    card = samples.card(
        nats=Nats(xy=7.5, pen=0.2, total=7.7),
        data=[{"source": "somewhere", "count": 3, "licence": "CC0"}],
        versions={"torch": "2"},
        later="kept",
    )
    again = Card.model_validate_json(card.model_dump_json())
    assert again == card
    assert json.loads(again.model_dump_json())["later"] == "kept"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hidden", 0),
        ("hidden", "many"),
        ("mixtures", -1),
        ("max_points", 0),
        ("temp_xy", -0.1),
        ("temp_p", float("nan")),
        ("mean", [1, 2, 3]),
        ("std", "wide"),
        ("nats", {"xy": 1}),
        ("data", [{"source": "s", "count": 0, "licence": "l"}]),
        ("category", None),
    ],
)
def test_wrong_values_are_refused(key: str, value: Any) -> None:
    """What cannot be is refused, by its key."""
    with pytest.raises(ValidationError) as error:
        samples.card(**{key: value})
    assert error.value.errors()[0]["loc"][0] == key


def test_cards_do_not_change() -> None:
    """A card is frozen."""
    with pytest.raises(ValidationError):
        samples.card().hidden = 3  # type: ignore[misc]
