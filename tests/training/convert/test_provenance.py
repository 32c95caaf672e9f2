import platform
import re

import pytest

from training.convert import provenance


def test_versions_name_what_decides_the_outcome() -> None:
    """Python, torch and numpy are always there."""
    assert provenance.versions()["python"] == platform.python_version()
    assert {"torch", "numpy"} <= provenance.versions().keys()


def test_the_commit_is_a_hash_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository it is the full hash; outside one it is empty, and no error."""
    assert re.fullmatch(r"([0-9a-f]{40})?", provenance.commit())
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert provenance.commit() == ""
