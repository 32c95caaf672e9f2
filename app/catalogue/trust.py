"""Which checkpoints may be loaded: who can put one there chooses what people are shown, and what runs elsewhere."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.errors import CheckpointError

Writable = Literal["allow", "warn", "refuse"]

LINE = re.compile(r"([0-9a-fA-F]{64})(?:[ \t]+\*?.*)?")


def read_hashes(path: Path) -> frozenset[str]:
    """The SHA-256 hashes of a file as `sha256sum` writes it; empty lines and those after `#` do not count.

    Raises ValueError, naming the line that is no hash, and OSError.
    """
    hashes = set()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"line {number} of {path} does not begin with a SHA-256 hash")
        hashes.add(match[1].lower())
    return frozenset(hashes)


def is_writable(path: Path) -> bool:
    """Whether this process can write to a file or folder, or, being its owner, may allow itself to.

    On a file system that is mounted read-only nobody can.
    """
    if os.access(path, os.W_OK):
        return True
    return path.stat().st_uid == os.geteuid() and not os.statvfs(path).f_flag & os.ST_RDONLY


@dataclass(frozen=True, slots=True)
class Trust:
    """The conditions under which the service loads a checkpoint.

    `hashes`: SHA-256 of the models that may be; None is any whose card names it. `writable`: what to do about one
    that the service itself could change.
    """

    hashes: frozenset[str] | None = None
    writable: Writable = "warn"

    def check(self, sha256: str, folder: Path) -> None:
        """Raises CheckpointError, which says why, where a model of this hash in this folder may not be loaded."""
        if self.hashes is not None and sha256 not in self.hashes:
            raise CheckpointError(f"its SHA-256 {sha256} is not among the trusted hashes")
        if self.writable == "refuse" and (path := writable_part(folder)) is not None:
            raise CheckpointError(f"the service could write to {path}, and checkpoints are code")


def trust_of(hashes: Path | None, writable: Writable) -> Trust:
    """The trust that settings ask for: `hashes` is a file that `sha256sum` wrote. Raises ValueError and OSError."""
    return Trust(None if hashes is None else read_hashes(hashes), writable)


def writable_part(folder: Path) -> Path | None:
    """What the service could write of a checkpoint: the folder above it, its own, or a file; None if nothing."""
    return next((path for path in (folder.parent, folder, *sorted(folder.iterdir())) if is_writable(path)), None)


def writable_folders(folders: Iterable[Path]) -> list[Path]:
    """Those of the folders of checkpoints that the service could write to."""
    return [folder for folder in folders if is_writable(folder)]
