import platform
import re
import subprocess
from pathlib import Path

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


def test_where_git_knows_nothing_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have no git, and the package may be installed below another project, whose commit is not ours."""
    (tmp_path / "lib").mkdir()
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "theirs"]):
        subprocess.run([*git, *words], check=True)
    assert provenance.commit(tmp_path.resolve())
    assert provenance.commit(tmp_path.resolve() / "lib") == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.commit() == ""
