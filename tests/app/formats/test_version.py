from pathlib import Path

import pytest

from app.formats import version
from app.formats.version import DIGITS, code_digest, drawing_version
from model.checkpoint import load_checkpoint
from tests.app.tiny import request_of


def test_what_decides_the_bytes_makes_another_version(menagerie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The subjects, in order, and whatever else decides; the same gives the same."""
    network = load_checkpoint(menagerie / "animals")
    cat, dog = (request_of(network, number).subject for number in range(2))
    found = [drawing_version(*asked) for asked in (([cat],), ([dog],), ([cat, dog],), ([dog, cat],), ([cat], 24))]
    assert len(set(found)) == len(found)
    assert all(len(each) == DIGITS for each in found)
    assert drawing_version([cat]) == found[0]


def test_another_code_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of the code that draws or writes is enough, and so is a file that nobody has read yet."""
    digests = set()
    for name, content in (("model/ink.py", "1"), ("model/ink.py", "2"), ("app/formats/deep/svg.py", "1")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
        monkeypatch.setattr(version, "ROOT", tmp_path)
        digests.add(code_digest.__wrapped__())
    assert len(digests) == 3
    monkeypatch.undo()
    assert code_digest() == code_digest()
