"""A latent code as a short opaque text, so that a card, a link or a message can hold it."""

import base64
import binascii
from functools import lru_cache

import numpy as np

from model.errors import LatentError
from model.strokes import Array

VERSION = "1"  # its first letter: how the rest is to be read
STEPS = 32  # in 1: codes are numbers of about 1, and drawings do not show a 32nd
MOST = 127  # a number is a whole one of these steps, in a byte


def to_text(code: Array) -> str:
    """A code [Z] as text: the version, then a byte for each number, as URL-safe Base64 without padding."""
    whole = np.clip(np.round(np.asarray(code, np.float64) * STEPS), -MOST, MOST).astype(np.int8)
    return VERSION + base64.urlsafe_b64encode(whole.tobytes()).decode().rstrip("=")


@lru_cache(maxsize=4096)
def from_text(text: str, size: int) -> Array:
    """The code [Z], float32, read-only. Raises LatentError for another version, another size, or no code."""
    if not text.startswith(VERSION):
        raise LatentError(f"a latent code of this version begins with {VERSION!r}")
    try:
        content = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        raise LatentError("this is no latent code") from None
    if len(content) != size:
        raise LatentError(f"a latent code of this network has {size} numbers, not {len(content)}")
    code = np.frombuffer(content, np.int8).astype(np.float32) / np.float32(STEPS)
    code.setflags(write=False)
    return code
