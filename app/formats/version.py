"""Digits that change when the bytes of a drawing may: with its network, its card, and the code behind both."""

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from app.catalogue.subject import StoredNetwork, Subject

ROOT = Path(__file__).parents[2]
CODE = ("model", "app/formats")  # what decodes drawings, and what writes them
LIBRARIES = ("numpy", "pillow", "torch")
DIGITS = 8


@cache
def code_digest() -> str:
    """The hash of the code that decides the bytes of drawings, and of the libraries that it leans on.

    A number that people raise would be forgotten one day, and what a cache keeps for a year cannot be called back.
    """
    digest = hashlib.sha256(repr([version(name) for name in LIBRARIES]).encode())
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def drawing_version(subjects: Iterable[Subject], *others: object) -> str:
    """Of drawings of these subjects, where `others` decide about them, too."""
    return _version(tuple((subject.network, subject.number) for subject in subjects), others)


@lru_cache(maxsize=4096)  # each drawing that lies ready names one
def _version(drawn_by: tuple[tuple[StoredNetwork, int], ...], others: tuple[object, ...]) -> str:
    digest = hashlib.sha256(repr((code_digest(), others)).encode())
    for network, number in drawn_by:
        card = network.card.subjects[number]
        digest.update(f"{network.card.sha256} {number} {card.model_dump_json()}".encode())
    return digest.hexdigest()[:DIGITS]
