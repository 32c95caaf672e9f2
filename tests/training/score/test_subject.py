"""What is asked for of some checkpoints, by name."""

from pathlib import Path

import pytest

from model.checkpoint import read_card
from tests.training import networks
from training.errors import TrainingError
from training.score.subject import choose, find, load_all


def test_without_names_everything_is_asked_for(tmp_path: Path) -> None:
    """Of each checkpoint, in the order of its card."""
    many = networks.write(tmp_path / "many", "owl", "The Eiffel Tower", "cat")
    one = networks.write(tmp_path / "cat", "cat")
    assert [(choice.folder, choice.numbers) for choice in choose([one, many])] == [(one, (0,)), (many, (0, 1, 2))]
    assert [str(subject) for subject in load_all([one, many], [])] == [
        str(one), *(str(many / name) for name in ("owl", "the-eiffel-tower", "cat")),
    ]  # fmt: skip


def test_names_pick_subjects_once_each(tmp_path: Path) -> None:
    """In the order that they are named in; a checkpoint that draws none of them is left out."""
    many = networks.write(tmp_path / "many", "owl", "The Eiffel Tower", "cat")
    other = networks.write(tmp_path / "dog", "dog")
    [choice] = choose([other, many], ["CAT", "eiffel-tower", "the cat"])
    assert (choice.folder, [subject.name for subject in choice.subjects]) == (many, ["cat", "The Eiffel Tower"])
    assert [subject.number for subject in choice.load()] == [2, 1]


def test_a_name_that_nothing_draws_is_an_error(tmp_path: Path) -> None:
    """It is named, though others are found."""
    with pytest.raises(TrainingError, match="draws 'unicorn'"):
        choose([networks.write(tmp_path / "dog", "dog")], ["dog", "unicorn"])


def test_an_alias_is_a_name() -> None:
    """As on the card, in whatever case."""
    assert find(networks.card("dog", aliases=["puppy"]), "PUPPY") == 0
    assert find(networks.card("dog", aliases=["puppy"]), "kitten") is None


def test_what_another_command_wrote_meanwhile_stays(tmp_path: Path) -> None:
    """Each changes its own lines of a card, though it read the card hours before."""
    folder = networks.write(tmp_path / "both", "owl", "cat")
    [first], [second] = choose([folder], ["owl"]), choose([folder], ["cat"])
    first.write({0: {"least_points": 7}})
    second.write({1: {"temp_xy": 0.25}})
    owl, cat = read_card(folder).subjects
    assert (owl.least_points, cat.temp_xy) == (7, 0.25)


def test_the_card_of_another_network_stays(tmp_path: Path) -> None:
    """One that was put there meanwhile: with the former card its model would be held for damaged."""
    folder = networks.write(tmp_path / "owl", "owl")
    [choice] = choose([folder])
    networks.write(folder, "owl", seed=1)
    before = (folder / "card.json").read_bytes()
    with pytest.raises(TrainingError, match="owl holds another network by now"):
        choice.write({0: {"least_points": 7}})
    assert (folder / "card.json").read_bytes() == before
