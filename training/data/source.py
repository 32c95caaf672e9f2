"""Files that may be zipped, pipes among them, and what else an operating system puts beside them."""

import atexit
import codecs
import functools
import gzip
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from training.data import binary
from training.errors import DataError

GZIP_MAGIC = b"\x1f\x8b\x08"
DEBRIS = ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "icon\r")  # of Windows, of a Mac and its archives
BOMS = {  # longest first: that of UTF-16 is the beginning of that of UTF-32
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ZEROS: dict[tuple[bool, ...], str] = {  # among the first four bytes, of text without a mark that begins with ASCII
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
NAMED = 3  # of the files that are passed over
# What reading a damaged file raises; the last for a zip file that says it is of a version yet to come
DAMAGED = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read from, unzipped on the way if it is gzip, which its content says. Raises DataError naming it.

    What cannot be read twice (a pipe, a terminal) is copied when it is first opened.
    """
    try:
        file = (path if path.is_file() else _copy(path)).open("rb")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    with file:
        if not is_zipped(file):
            yield file
        else:
            with gzip.open(file) as unzipped:
                yield cast("BinaryIO", unzipped)


def is_zipped(file: BinaryIO) -> bool:
    """Whether a file is gzip; one of Google's binary files whose first key happens to look so is not."""
    start = beginning(file)
    return start.startswith(GZIP_MAGIC) and not binary.looks_binary(start)


def beginning(file: BinaryIO, size: int = 1024) -> bytes:
    """The first bytes of a file, which is left at its start."""
    found = file.read(size)
    file.seek(0)
    return found


def some_of(paths: Sequence[Path]) -> str:
    """The first of files that are passed over, by name, and how many more there are."""
    more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    return ", ".join(path.name for path in paths[:NAMED]) + more


def is_debris(path: Path) -> bool:
    """Whether a file or folder is none of a person's: hidden ones, `._` halves of a Mac's, pictures of a folder."""
    return path.name.startswith(".") or path.name.lower() in DEBRIS


def encoding_of(start: bytes) -> str:
    """How text that begins so is encoded: by its byte order mark, or by the zeros beside its first character."""
    marked = next((name for mark, name in BOMS.items() if start.startswith(mark)), None)
    if marked is not None:
        return marked
    return ZEROS.get(tuple(not byte for byte in start[:4]), "utf-8")


def text_of(path: Path) -> str:
    """A small text that a person wrote, in any encoding that drawings may have; gzip or a pipe, too.

    Raises DataError naming the file where it cannot be read, or is none.
    """
    try:
        with opened(path) as file:
            content = file.read()
        return content.decode(encoding_of(content)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8, UTF-16 or UTF-32 ({error})") from error
    except DAMAGED as error:
        raise DataError(f"{path}: {error}") from error


@functools.cache
def _copy(path: Path) -> Path:
    """A copy of what can be read only once, there until the process ends. What is not there stays as it is."""
    if not path.exists() or path.is_dir():
        return path
    if _is_endless(path):
        raise DataError(f"{path} is a device, and no file of drawings")
    with (
        path.open("rb") as stream,
        temporary(),
        tempfile.NamedTemporaryFile(prefix="inkstream-", delete=False) as copy,
    ):
        atexit.register(Path(copy.name).unlink, missing_ok=True)
        shutil.copyfileobj(stream, copy)
    return Path(copy.name)


def _is_endless(path: Path) -> bool:
    """Whether it is a device such as /dev/zero, which would fill the disk; a terminal and /dev/null end."""
    found = path.stat()
    if stat.S_ISBLK(found.st_mode):
        return True
    if not stat.S_ISCHR(found.st_mode) or found.st_rdev == Path(os.devnull).stat().st_rdev:
        return False
    with path.open("rb") as stream:
        return not stream.isatty()


@contextmanager
def temporary() -> Iterator[None]:
    """Raises DataError, which names the folder of temporary files, where none can be written there."""
    try:
        yield
    except OSError as error:
        where, why = tempfile.gettempdir(), error.strerror or error
        raise DataError(f"no room for the drawings in {where}: {why}; TMPDIR names another folder") from error
