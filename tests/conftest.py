"""The order in which files of tests are begun, and when the garbage collector looks at what."""

import gc
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """What is imported and collected stays, so nobody looks through it for garbage meanwhile: a fifth of that time."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker is left with a long one when the others have ended."""
    long: dict[Path, int] = {}
    for item in items:
        long[item.path] = long.get(item.path, 0) + (item.get_closest_marker("slow") is not None)
    items.sort(key=lambda item: -long[item.path])


def pytest_collection_finish() -> None:
    """All that is imported stays: a full collection takes 0.2 s when it walks through PyTorch."""
    gc.freeze()
    gc.enable()
