"""The hash of all that decides what a category's network will be: settings, drawings, and the network it begins as."""

import argparse
import hashlib
from collections.abc import Iterable
from pathlib import Path

from model.checkpoint import read_card
from training.errors import DataError

# Which machine does it, where the result lies, and what else of the fleet is trained make no other network.
ELSEWHERE = {"categories", "data", "extra_data", "out", "force", "init_from", "state", "command_line", "run"}
MACHINE = {"device", "threads", "quiet", "workers", "gpus"}


def fingerprint(args: argparse.Namespace) -> str:
    """Of what `train` is asked for. Raises DataError for a file that cannot be read, CheckpointError as `read_card`."""
    settings = {name: value for name, value in vars(args).items() if name not in ELSEWHERE | MACHINE}
    digest = hashlib.sha256(repr(sorted(settings.items())).encode())
    digest.update((read_card(args.init_from).sha256 if args.init_from else "").encode())
    for paths in (args.data, args.extra_data):
        digest.update(repr([(path.name, content) for path in paths for content in _contents(path)]).encode())
    return digest.hexdigest()[:16]


def _contents(path: Path) -> Iterable[str]:
    """The hash of a file, or of each of a folder."""
    for file in sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]:
        try:
            with file.open("rb") as opened:
                yield hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise DataError(f"{file}: {error.strerror or error}") from error
