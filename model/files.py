"""A file written whole or not at all."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO


def write_whole(path: Path, content: bytes | Callable[[IO[bytes]], None]) -> None:
    """Replace a file, and make its folder: a kill, a failure or a full disk at any moment leaves the older one whole.

    `content` is bytes, or a function that writes them into an open file. Raises OSError, even where that function makes
    something else of it, as `torch.save` makes a RuntimeError of a full disk; nothing half-written is then left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except RuntimeError as error:
        if isinstance(error.__context__, OSError):
            raise OSError(*error.__context__.args) from error
        raise
    finally:
        with suppress(OSError):  # it is in place, or its disk is gone
            temporary.unlink()


def remove_half_written(path: Path) -> None:
    """Remove what writers of a file left beside it when they were killed."""
    for temporary in path.parent.glob(f".{path.name}.*.tmp"):
        temporary.unlink(missing_ok=True)
