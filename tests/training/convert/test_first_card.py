from model.card import DataPart
from tests.training.convert import old
from training.convert.first_card import MAX_POINTS, card_of


def test_the_card_knows_the_categories_of_quick_draw() -> None:
    """Groups and other names where there are some, the points that were counted, and what it was trained on."""
    part = DataPart(source="people", count=3, licence="CC0")
    card = card_of(old.shared_network(), old.NAMES, "many", {"dog": 77}, [part])
    assert [subject.name for subject in card.subjects] == list(old.NAMES)
    assert [subject.max_points for subject in card.subjects] == [MAX_POINTS, MAX_POINTS, 77]
    assert card.subjects[2].group == "animals"
    assert "puppy" in card.subjects[2].aliases
    assert (card.system, card.latent, card.data) == ("many", 4, (part,))
