"""What is known of the 345 categories of Quick, Draw!: their groups, and other names that people use."""

import functools
from collections.abc import Mapping
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from model.names import match_key


class Known(BaseModel):
    """A category among others, and its other names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str = ""
    aliases: tuple[str, ...] = ()


_FILE = TypeAdapter(dict[str, Known])


@functools.cache
def categories() -> Mapping[str, Known]:
    """All categories by the names that the dataset gives them, in alphabetical order."""
    return _FILE.validate_json(files("training.data").joinpath("quickdraw.json").read_bytes())


def known(name: str) -> Known:
    """What is known of a category, however its name is spelt; nothing of one that is not Quick, Draw!'s."""
    return next((about for other, about in categories().items() if match_key(other) == match_key(name)), Known())
