"""What a long run would end in vain by is found out before it begins."""

import os
from pathlib import Path

import pytest

from tests.training import networks
from training.convert.writable import check_folder, check_picture, checked_card
from training.errors import TrainingError


def test_a_card_that_can_be_written_is_that_card() -> None:
    """Nothing is changed."""
    card = networks.card("cat", "dog")
    assert checked_card(lambda: card) is card


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a" * 101], "name: String should have at most 100 characters"),
        (["cow", "The Cow"], "is matched like a name of"),
        (["!?"], "no letter or digit"),
    ],
)
def test_what_no_card_holds_is_refused(names: list[str], why: str) -> None:
    """A field out of its bounds is named, and so are names that match, and one without a slug."""
    with pytest.raises(TrainingError, match=rf"^the card cannot be made: .*{why}"):
        checked_card(lambda: networks.card(*names))


def test_a_card_that_is_no_unicode_is_refused() -> None:
    """It would be one until it is written: of bytes that are none Python makes lone surrogates."""
    with pytest.raises(TrainingError, match=r"^the card cannot be made: .* surrogates not allowed"):
        checked_card(lambda: networks.card("cat").model_copy(update={"command": "train cat\udcff"}))


def test_a_folder_that_is_there_or_can_be_made_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not made; its path may be relative."""
    check_folder(tmp_path / "a" / "b")
    monkeypatch.chdir(tmp_path)
    check_folder(Path("out"))
    check_folder(Path())
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a file, in the place of one, behind a link to nowhere, and where nobody may write."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for path in ("file", "file/below", "link"):
        with pytest.raises(TrainingError, match=r"could not be written: .* is no folder"):
            check_folder(tmp_path / path)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(TrainingError, match="no file may be made in"):
        check_folder(tmp_path / "out")


def test_a_picture_that_can_be_written_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one, one that is there, one in the folder of the moment."""
    (tmp_path / "old.PNG").touch()
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "new.svg", tmp_path / "old.PNG", Path("here.svg")):
        check_picture(path)


def test_a_picture_that_cannot_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another kind, in no folder, in the place of one, and where nobody may write."""
    (tmp_path / "a.svg").mkdir()
    for name, message in (
        ("a.gif", r"must end in .svg or .png$"),
        ("a", r"must end in .svg or .png$"),
        ("a.svg", "it is a folder$"),
        ("no/b.svg", "is no folder$"),
    ):
        with pytest.raises(TrainingError, match=message):
            check_picture(tmp_path / name)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(TrainingError, match=r"b\.svg cannot be written: permission denied for "):
        check_picture(tmp_path / "b.svg")
