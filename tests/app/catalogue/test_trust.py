import hashlib
import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.catalogue import trust as trust_module
from app.catalogue.catalogue import read_catalogue
from app.catalogue.trust import Trust, is_writable, read_hashes
from tests.app.tiny import client_of, write_checkpoint


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / "model.pt").read_bytes()).hexdigest()


def served(*roots: Path, trust: Trust) -> list[str]:
    return [category.slug for category in read_catalogue(*roots, trust=trust).categories()]


def test_a_list_of_hashes_is_read_as_sha256sum_writes_it(tmp_path: Path) -> None:
    """With or without names, in either case, text or binary; comments and empty lines do not count."""
    a, b, c = "a" * 64, "b" * 64, "c" * 64
    file = tmp_path / "trusted"
    file.write_text(f"# ours\n{a}  checkpoints/cat/model.pt\n\n{b.upper()} *x\n{c}\n")
    assert read_hashes(file) == {a, b, c}


@pytest.mark.parametrize("line", ["cat", "a" * 63, "a" * 65, f"cat {'a' * 64}", f"{'g' * 64}  x"])
def test_a_line_that_is_no_hash_is_named(tmp_path: Path, line: str) -> None:
    """A slip in the list is found at the start, not when a checkpoint is missed."""
    file = tmp_path / "trusted"
    file.write_text(f"{'a' * 64}\n{line}\n")
    with pytest.raises(ValueError, match="line 2 of"):
        read_hashes(file)


def test_only_listed_models_are_served(tmp_path: Path) -> None:
    """With a list of hashes a checkpoint that is not on it is refused, though its card is right."""
    listed, other = write_checkpoint(tmp_path, "cat"), write_checkpoint(tmp_path, "owl")
    file = tmp_path / "trusted"
    file.write_text(f"{sha256(listed)}  cat/model.pt\n")
    with client_of(tmp_path, trusted_hashes=file) as client:
        assert client.get("/draw/cat").status_code == 200
        assert client.get("/draw/owl").status_code == 404
    catalogue = read_catalogue(tmp_path, trust=Trust(read_hashes(file)))
    assert catalogue.refused == {other: f"its SHA-256 {sha256(other)} is not among the trusted hashes"}


@pytest.mark.parametrize("part", [".", "cat", "cat/card.json", "cat/model.pt"])
def test_what_the_service_can_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """Where that is asked for: the folder, the checkpoint's own, and either file count."""
    folder = write_checkpoint(tmp_path, "cat")
    monkeypatch.setattr(trust_module, "is_writable", lambda path: path == tmp_path / part)
    assert served(tmp_path, trust=Trust(writable="warn")) == ["cat"]
    catalogue = read_catalogue(tmp_path, trust=Trust(writable="refuse"))
    assert catalogue.refused == {folder: f"the service could write to {tmp_path / part}, and checkpoints are code"}
    monkeypatch.setattr(trust_module, "is_writable", lambda path: False)
    assert served(tmp_path, trust=Trust(writable="refuse")) == ["cat"]


@pytest.mark.parametrize(("writable", "lines"), [("warn", 1), ("allow", 0)])
def test_a_folder_that_can_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, writable: trust_module.Writable, lines: int
) -> None:
    """One warning for a folder, however many checkpoints it holds; none where it is allowed."""
    for category in ("cat", "owl"):
        write_checkpoint(tmp_path, category)
    with caplog.at_level(logging.WARNING):
        assert served(tmp_path, trust=Trust(writable=writable)) == ["cat", "owl"]
    assert [record.args for record in caplog.records] == [(tmp_path,)] * lines


@pytest.mark.parametrize(
    ("may_write", "is_owner", "read_only", "writable"),
    [(True, False, False, True), (False, True, False, True), (False, True, True, False), (False, False, False, False)],
)
def test_rights_are_those_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_write: bool, is_owner: bool, read_only: bool, writable: bool
) -> None:
    """An owner may allow itself to write, unless the file system is mounted read-only; for others the mode counts."""
    owner = tmp_path.stat().st_uid
    mount = SimpleNamespace(f_flag=os.ST_RDONLY if read_only else 0)
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) == (tmp_path, os.W_OK) and may_write)
    monkeypatch.setattr(os, "geteuid", lambda: owner if is_owner else owner + 1)
    monkeypatch.setattr(os, "statvfs", lambda path: mount)
    assert is_writable(tmp_path) is writable


def test_a_pair_that_was_replaced_is_not_loaded(tmp_path: Path) -> None:
    """Only the very file that the service found when it started is loaded, though a new card fits a new model."""
    write_checkpoint(tmp_path, "cat")
    with client_of(tmp_path, preload=0) as client:
        write_checkpoint(tmp_path, "cat", system="gmm16_9")
        (tmp_path / "cat" / "model.pt").write_bytes(
            other := (write_checkpoint(tmp_path, "owl") / "model.pt").read_bytes()
        )
        card = tmp_path / "cat" / "card.json"
        card.write_text((tmp_path / "owl" / "card.json").read_text())
        assert hashlib.sha256(other).hexdigest() in card.read_text()
        answer = client.get("/draw/cat")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:unloadable")


def test_earlier_folders_win(tmp_path: Path) -> None:
    """Of two that draw the same by the same system, the first folder's is served, and the other refused by name."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    first = write_checkpoint(ours, "cat")
    second = write_checkpoint(theirs, "cat")
    write_checkpoint(theirs, "owl")
    catalogue = read_catalogue(ours, theirs)
    assert [category.slug for category in catalogue.categories()] == ["cat", "owl"]
    assert catalogue.find("cat").subject().network.folder == first
    assert catalogue.refused == {second: f"its system is served from {str(first)!r}"}
