import pytest

from model.card import Card, SubjectCard
from model.names import slug
from training.data.quickdraw import categories, known


def test_all_categories_are_there_and_none_is_mistaken_for_another() -> None:
    """345 names and all their aliases stand together on one card; each has a group."""
    subjects = [
        SubjectCard(name=name, slug=slug(name), max_points=1, temp_xy=1, temp_p=1, aliases=about.aliases)
        for name, about in categories().items()
    ]
    assert len(subjects) == 345
    Card(system="all", hidden=1, mixtures=1, mean=(0, 0), std=(1, 1), subjects=tuple(subjects))
    assert all(about.group for about in categories().values())


@pytest.mark.parametrize("name", ["The Eiffel Tower", "eiffel tower", "THE_EIFFEL-TOWER"])
def test_a_category_is_known_however_it_is_spelt(name: str) -> None:
    """As everywhere; another name than the dataset's own does not count, nor does one that is none."""
    assert known(name).group == "stories and wonders"
    assert known("rocket ship") == known("unheard of")
