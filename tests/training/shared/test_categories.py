import json
import re
from pathlib import Path

import pytest

from tests.training.shared import small
from training.errors import DataError, TrainingError
from training.shared.categories import factors_of, numbers_of, renumbered

NAMES = ("fire truck", "zigzag", "The Eiffel Tower", "square")


def test_numbers_by_any_spelling() -> None:
    """As names are matched everywhere; one that there is not is named."""
    assert numbers_of(NAMES, ["the-eiffel-tower", "Fire Truck"]) == [2, 0]
    with pytest.raises(TrainingError, match="there is no category 'cow', 'sheep'"):
        numbers_of(NAMES, ["cow", "square", "sheep"])


def test_drawings_take_a_networks_numbers() -> None:
    """Of a network that knows more categories, and another order; nothing else of them changes."""
    before = small.collection()
    after = renumbered(before, NAMES)
    assert after.names == NAMES
    assert set(after.train.category.tolist()) == set(after.valid.category.tolist()) == {1, 3}
    assert ((after.train.category == 3) == (before.train.category == 0)).all()
    assert renumbered(before, before.names) is before
    with pytest.raises(TrainingError, match="there is no category 'square'"):
        renumbered(before, ("zigzag",))


def test_factors(tmp_path: Path) -> None:
    """Of a file, and of the command line, which goes above it; a name may hold spaces."""
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"fire truck": 2, "square": 3.5}))
    assert factors_of(NAMES, ["square=4", "The Eiffel Tower=0.5"], path) == {0: 2.0, 3: 4.0, 2: 0.5}
    assert factors_of(NAMES, [], None) == {}


@pytest.mark.parametrize(
    "text", ["square", "square=", "square=0", "square=-1", "square=nan", "square=inf", "square=1e308", "cow=2"]
)
def test_a_factor_that_is_none(text: str) -> None:
    """Is an error, and so is a category that there is not."""
    with pytest.raises(TrainingError, match=r"cannot count|there is no category|NAME=FACTOR"):
        factors_of(NAMES, [text], None)


@pytest.mark.parametrize(
    "content",
    [
        "[1, 2]",
        '[["square", 2]]',
        pytest.param("[" * 100_000, id="deep"),
        "3",
        "{",
        '{"square": "much"}',
        '{"square": null}',
    ],
)
def test_a_file_of_no_factors(tmp_path: Path, content: str) -> None:
    """The error names the file, or the factor."""
    path = tmp_path / "weights.json"
    path.write_text(content)
    with pytest.raises(TrainingError, match=rf"{re.escape(str(path))}|cannot count"):
        factors_of(NAMES, [], path)
    with pytest.raises(DataError, match=r"absent\.json"):
        factors_of(NAMES, [], tmp_path / "absent.json")
