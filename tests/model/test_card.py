"""The card of a checkpoint."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from model.card import FORMAT, Card, Nats
from tests.model import samples

FIRST = {"format", "system", "hidden", "mixtures", "latent", "mean", "std", "subjects"}
THEN = {"nats", "data", "train_points", "train_seconds", "command", "commit", "versions", "sha256"}
OF_SUBJECT = {"name", "slug", "max_points", "least_points", "temp_xy", "temp_p", "default", "aliases", "group", "seed"}
OF_SUBJECT |= {"styles", "nats", "recognised", "real"}


def test_it_has_every_key() -> None:
    """A card's JSON has the keys that a checkpoint promises, and so has each subject, even those not known yet."""
    card = json.loads(samples.card().model_dump_json())
    assert set(card) == FIRST | THEN
    assert card["format"] == FORMAT == 2
    assert set(card["subjects"][0]) == OF_SUBJECT


def test_it_comes_back() -> None:
    """A card is read as it was written, with keys that this version does not know."""
    card = samples.card(
        nats=Nats(xy=7.5, pen=0.2, total=7.7),
        data=[{"source": "somewhere", "count": 3, "licence": "CC0"}],
        versions={"torch": "2"},
        subjects=[samples.subject(aliases=["A Trial"], group="tests", recognised=0.5, smell="none")],
        later="kept",
    )
    again = Card.model_validate_json(card.model_dump_json())
    assert again == card
    written = json.loads(again.model_dump_json())
    assert (written["later"], written["subjects"][0]["smell"]) == ("kept", "none")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 1),
        ("format", 3),
        ("hidden", 0),
        ("hidden", "many"),
        ("mixtures", -1),
        ("latent", -1),
        ("mean", [1, 2, 3]),
        ("std", "wide"),
        ("nats", {"xy": 1}),
        ("data", [{"source": "s", "count": 0, "licence": "l"}]),
        ("system", None),
        ("subjects", []),
        ("subjects", [{"name": "cat"}]),
    ],
)
def test_wrong_values_are_refused(key: str, value: Any) -> None:
    """What cannot be is refused, by its key."""
    with pytest.raises(ValidationError) as error:
        samples.card(**{key: value})
    assert error.value.errors()[0]["loc"][0] == key


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", None),
        ("max_points", 0),
        ("temp_xy", -0.1),
        ("temp_p", float("nan")),
        ("recognised", 1.5),
        ("aliases", "cat"),
    ],
)
def test_wrong_values_of_a_subject_are_refused(key: str, value: Any) -> None:
    """So is what cannot be of one subject, by its number and its key."""
    with pytest.raises(ValidationError) as error:
        samples.card(subjects=[samples.subject(name="cat", slug="cat"), samples.subject(**{key: value})])
    assert error.value.errors()[0]["loc"][:3] == ("subjects", 1, key)


def refused(subjects: list[dict[str, object]]) -> str:
    with pytest.raises(ValidationError) as error:
        samples.card(subjects=subjects)
    return error.value.errors()[0]["msg"]


def test_a_subject_is_there_once() -> None:
    """A card that names a subject twice is refused, and the subject is named."""
    assert refused([*samples.subjects(3), samples.subject(name="Test 1", slug="again")]) == (
        "the subject 'Test 1' is there twice"
    )


def test_names_that_are_matched_alike_are_one_name() -> None:
    """Case, hyphens and a leading "the" make no other subject; nor does another name with the same slug."""
    named = samples.subject(name="the TEST-1", slug="other")
    assert refused([*samples.subjects(3), named]) == (
        "'the TEST-1', a name of the subject 'the TEST-1', is matched like a name of 'Test 1'"
    )
    slugged = samples.subject(name="Other", slug="test-1")
    assert refused([*samples.subjects(3), slugged]) == (
        "'test-1', a name of the subject 'Other', is matched like a name of 'Test 1'"
    )


def test_an_alias_is_no_other_subjects_name() -> None:
    """Of 345 subjects one may not be named as another is also known, wherever they stand."""
    subjects = samples.subjects(345)
    assert len(samples.card(subjects=subjects).subjects) == 345
    subjects[7]["aliases"] = ["Trial", "the test 300"]
    assert refused(subjects) == "'the test 300', a name of the subject 'Test 7', is matched like a name of 'Test 300'"


def test_an_alias_is_given_once() -> None:
    """Two subjects may not share an alias; one may be known by what it is named already."""
    subjects = samples.subjects(3)
    subjects[0]["aliases"], subjects[2]["aliases"] = ["Trial", "test-0"], ["exam"]
    samples.card(subjects=subjects)
    subjects[2]["aliases"] = ["exam", "the trial"]
    assert refused(subjects) == "'the trial', a name of the subject 'Test 2', is matched like a name of 'Test 0'"


def test_the_subject_of_one() -> None:
    """A network of one subject has `subject`; of several there is no such."""
    assert samples.card().subject.name == "The Test"
    with pytest.raises(AssertionError):
        _ = samples.card(subjects=samples.subjects(2)).subject


def test_cards_do_not_change() -> None:
    """A card is frozen, and so are its subjects."""
    with pytest.raises(ValidationError):
        samples.card().hidden = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        samples.card().subject.temp_xy = 3  # type: ignore[misc]
