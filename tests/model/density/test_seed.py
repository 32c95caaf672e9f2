import hashlib

import pytest

from model.card import SEEDS
from model.density.seed import LONGEST_SEED, seed_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("+7", 7), (" 7 ", 7), (str(SEEDS - 1), SEEDS - 1)]
)
def test_a_decimal_integer_is_itself(text: str, number: int) -> None:
    """A seed that was a number before texts were seeds is the same number."""
    assert seed_number(text) == number


def test_any_other_text_is_hashed_as_documented() -> None:
    """The number of a text can be made by others: the first 53 bits of its SHA-256. It stays for ever."""
    for text in ("ada", "Grüße", "7.0", "0x7", "\u0667", "a" * LONGEST_SEED):
        bits = "".join(f"{byte:08b}" for byte in hashlib.sha256(text.encode()).digest())
        assert seed_number(text) == int(bits[:53], 2)
    assert seed_number("ada") == 8_934_392_607_545_258


def test_seeds_that_differ_draw_differently() -> None:
    """Letters of another case are another seed; spaces at the ends are not."""
    assert len({seed_number(text) for text in ("ada", "Ada", "ada ", "a da")}) == 3


@pytest.mark.parametrize("text", ["", "  ", "a" * (LONGEST_SEED + 1), "-1", str(SEEDS), "9" * LONGEST_SEED, "\ud800"])
def test_what_is_no_seed_is_refused(text: str) -> None:
    """A seed is 1 to 200 characters; one that is a number has the range that it had."""
    with pytest.raises(ValueError, match="seed"):
        seed_number(text)
