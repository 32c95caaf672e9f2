"""Names of categories: how they are written in paths and how they are matched."""

import re
import unicodedata
from functools import lru_cache


def slug(name: str) -> str:
    """Folder and URL form of a category: `The Eiffel Tower` -> `the-eiffel-tower`.

    Raises ValueError when nothing of the name is left.
    """
    text = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    if not text:
        raise ValueError(f"{name!r} has no letter or digit to make a folder name of")
    return text


@lru_cache(maxsize=4096)  # a request asks for that of its category several times
def match_key(name: str) -> str:
    """Form in which names are compared: case, spaces, `-`, `_` and a leading "the" do not count."""
    words = slug(name).split("-") if re.search(r"[^\W_]", name) else []
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
