import errno
import io
from pathlib import Path
from typing import IO

import pytest
import torch

from model.files import remove_half_written, write_whole


class Full(io.BytesIO):
    """A file on a disk that holds so many bytes more."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def write(self, content: object) -> int:
        self.left -= memoryview(content).nbytes  # type: ignore[arg-type]
        if self.left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return memoryview(content).nbytes  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_bytes_and_writers(tmp_path: Path) -> None:
    """Both replace what was there, in a folder that is made; nothing else is left in it."""
    path = tmp_path / "deep" / "file"
    write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    write_whole(path, lambda file: torch.save({"w": torch.ones(3)}, file))
    assert torch.load(path, weights_only=True)["w"].tolist() == [1, 1, 1]
    assert names(path.parent) == ["file"]


@pytest.mark.parametrize("left", [0, 1000, 100_000])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, left: int) -> None:
    """It is told as what it is, also where torch says something else."""
    path = tmp_path / "file"
    write_whole(path, b"first")
    with pytest.raises(OSError, match="No space left on device") as raised:
        write_whole(path, lambda _: torch.save({"w": torch.ones(100_000)}, Full(left)))
    assert raised.value.errno == errno.ENOSPC
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("failure", [RuntimeError("broken"), KeyboardInterrupt(), PermissionError(13, "no")], ids=repr)
def test_other_failures_stay_what_they_are(tmp_path: Path, failure: BaseException) -> None:
    """Whatever ends a writer comes out, and leaves the older file alone."""
    path = tmp_path / "file"
    write_whole(path, b"first")

    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise failure

    with pytest.raises(type(failure)):
        write_whole(path, fail)
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    """A file is no folder, and a folder no file."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        write_whole(tmp_path / "file" / "more", b"")
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"")


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    """That of this file, and no other's."""
    path = tmp_path / "file"
    write_whole(path, b"whole")
    for name in (".file.12.tmp", ".other.12.tmp"):
        (tmp_path / name).touch()
    remove_half_written(path)
    assert sorted(names(tmp_path)) == [".other.12.tmp", "file"]
