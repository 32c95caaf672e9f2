"""Files that may be zipped."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from training.data import binary
from training.errors import DataError

GZIP_MAGIC = b"\x1f\x8b\x08"
DAMAGED = (OSError, EOFError, zlib.error, zipfile.BadZipFile)  # what reading a damaged file raises


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file to read from, unzipped on the way if it is gzip, which its content says. Raises DataError naming it."""
    try:
        file = path.open("rb")
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
