"""Writing checkpoints: whole or not at all."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.checkpoint import check_checkpoint, load_checkpoint, read_card
from model.errors import CheckpointError
from model.saving import save_checkpoint, write_card
from tests.model import samples

ROOT = Path(__file__).parents[2]


def test_the_card_names_the_hash(folder: Path) -> None:
    """`sha256` is that of model.pt as it lies there, and the card returned is the card written."""
    card = save_checkpoint(folder, samples.weights(seed=5), samples.card())
    assert card.sha256 == hashlib.sha256((folder / "model.pt").read_bytes()).hexdigest()
    assert read_card(folder) == card


def test_nothing_of_the_machine_that_saved_it_is_in_it(kept: Path) -> None:
    """No path of a file that its code came from, no line of it, and no number that is another each time."""
    with zipfile.ZipFile(kept / "model.pt") as archive:
        names = archive.namelist()
        content = b"".join(map(archive.read, names))
    assert not [name for name in names if name.endswith((".debug_pkl", "serialization_id"))]
    assert str(ROOT).encode() not in content
    assert b"site-packages" not in content


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fails_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int, error: BaseException = FULL) -> None:
    """Let the count-th call of a function fail, as on a full disk; those before and after it work."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def call(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count:
            raise error
        return real(*arguments)

    monkeypatch.setattr(owner, name, call)


STEPS = [(os, "fsync", 1), (os, "fsync", 2), (Path, "replace", 1), (Path, "replace", 2)]


@pytest.mark.parametrize(
    ("had_one", "owner", "name", "count"),
    [(had_one, *step) for had_one in (True, False) for step in STEPS] + [(True, shutil, "copyfile", 1)],
)
def test_a_full_disk_leaves_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int, had_one: bool
) -> None:
    """Whichever step of writing fails, the older checkpoint is there, byte for byte, and nothing else is."""
    if not had_one:
        shutil.rmtree(folder)
    before = {path.name: path.read_bytes() for path in folder.glob("*")}
    with monkeypatch.context() as patch:
        fails_at(patch, owner, name, count)
        with pytest.raises(CheckpointError, match="No space left on device"):
            save_checkpoint(folder, samples.weights(seed=9), samples.card())
    assert {path.name: path.read_bytes() for path in folder.glob("*")} == before
    if had_one:
        load_checkpoint(folder)


@pytest.mark.parametrize(("owner", "name", "count"), [*STEPS, (shutil, "copyfile", 1)])
def test_ctrl_c_leaves_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int
) -> None:
    """At whichever step it comes."""
    before = {path.name: path.read_bytes() for path in folder.glob("*")}
    with monkeypatch.context() as patch:
        fails_at(patch, owner, name, count, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(folder, samples.weights(seed=9), samples.card())
    assert {path.name: path.read_bytes() for path in folder.glob("*")} == before


KILLED = """
import os, shutil, sys
from pathlib import Path
from model import saving
from model.saving import save_checkpoint
from model.encoder import decoder_of
from tests.model import samples

def counted(real, last):
    def call(*arguments, **named):
        global steps
        steps += 1
        if steps == last:
            os._exit(9)
        return real(*arguments, **named)
    return call

weights = samples.weights(seed=9)
content = saving.archive_of(decoder_of(weights))
saving.archive_of = lambda decoder: content  # made once, for speed
for folder in map(Path, sys.argv[1:]):
    child = os.fork()
    if child == 0:
        steps, last = 0, int(folder.name)
        os.fsync, shutil.copyfile = counted(os.fsync, last), counted(shutil.copyfile, last)
        Path.replace, Path.unlink = counted(Path.replace, last), counted(Path.unlink, last)
        save_checkpoint(folder, weights, samples.card())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_one(kept: Path, tmp_path: Path) -> None:
    """A process killed between any two steps of writing leaves the old checkpoint or the new, and is no obstacle."""
    new, old = ([tmp_path / name / str(step) for step in range(1, 9)] for name in ("new", "old"))
    for folder in old:
        shutil.copytree(kept, folder)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, *new, *old], cwd=ROOT, capture_output=True, text=True, check=True
    )
    killed = [line == "9" for line in done.stdout.split()]
    assert sum(killed[:8]) >= 6, "each step of writing is one moment"
    assert sum(killed[8:]) >= 6
    for folder in old:
        check_checkpoint(folder)
    for folders in (new, old):
        found = {check_checkpoint(folder).sha256 for folder in folders if (folder / "card.json").exists()}
        assert len(found) == 1 + (folders is old), "old ones from kills before the card was in place, new ones after"
    for folder in new + old:
        card = save_checkpoint(folder, samples.weights(), samples.card())
        assert check_checkpoint(folder) == card
        assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """Saving where no folder can be made raises CheckpointError with the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="file/folder could not be written: Not a directory"):
        save_checkpoint(tmp_path / "file" / "folder", samples.weights(), samples.card())


def test_another_card_for_the_same_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`write_card` puts a card in the other's place, or leaves that one as it was when it fails."""
    card = read_card(folder)
    other = card.model_copy(update={"commit": "another"})
    write_card(folder, other)
    assert load_checkpoint(folder).card == other
    with monkeypatch.context() as patch:
        fails_at(patch, os, "fsync", 1)
        with pytest.raises(CheckpointError, match=r"card\.json could not be written: No space"):
            write_card(folder, card)
    assert read_card(folder) == other
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]
