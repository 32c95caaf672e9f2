"""Seeds as people write them: a number, or any text."""

import hashlib
import re

from model.card import SEEDS

LONGEST_SEED = 200  # characters
DECIMAL = re.compile(r"[+-]?[0-9]+")


def seed_number(seed: str) -> int:
    """The number of a seed, 0 to 2^53 - 1: a decimal integer is itself, any other text is hashed.

    The hash is the first 53 bits of SHA-256 of the text in UTF-8, with spaces at its ends left out, so it can be made
    in any language and never changes. Raises ValueError for no text, more than 200 characters, a lone surrogate, or an
    integer out of range.
    """
    text = seed.strip()
    if not 1 <= len(text) <= LONGEST_SEED:
        raise ValueError(f"a seed has 1 to {LONGEST_SEED} characters")
    if not DECIMAL.fullmatch(text):
        try:
            return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 11
        except UnicodeEncodeError:
            raise ValueError("a seed has no lone surrogates") from None
    number = int(text)
    if not 0 <= number < SEEDS:
        raise ValueError("a seed that is a number is 0 to 2^53 - 1")
    return number
