"""One run at a time in a place: two would overwrite each other's state, log and result."""

import errno
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock, Timeout

from training.errors import TrainingError

log = logging.getLogger(__name__)
LOCK = ".lock"
NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)  # of some disks that a network shares
NONE: Mapping[str, Path] = MappingProxyType({})


@contextmanager
def alone(folders: Mapping[str, Path], files: Mapping[str, Path] = NONE) -> Iterator[None]:
    """No other run works in these folders, or makes these files, for as long as this one does; options name them.

    Folders are made where they are not there. The locks are the system's, and end with the process, however it ends.
    Raises TrainingError, at once, where another run is at work or no file can be made.
    """
    with ExitStack() as stack:
        held: list[Path] = []
        for option, folder in folders.items():
            stack.enter_context(_made(folder))
            if not any(folder.samefile(other) for other in held):
                stack.enter_context(_locked(folder / LOCK, f"in {folder}", option))
                held.append(folder)
        for option, file in files.items():
            stack.enter_context(_made(file.parent))
            stack.enter_context(_locked(file.with_name(f".{file.name}{LOCK}"), f"on {file}", option))
        yield


@contextmanager
def _locked(file: Path, where: str, option: str) -> Iterator[None]:
    """Nobody else holds the lock of this file, which is removed at the end."""
    lock = FileLock(file, timeout=0, fallback_to_soft=False)  # a file by itself would be a lock that outlives its run
    try:
        lock.acquire()
    except Timeout:
        raise TrainingError(
            f"another run is at work {where}: wait until it has ended, or choose another {option}"
        ) from None
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise TrainingError(f"{file} could not be written: {error.strerror or error}") from error
        log.warning("no file can be locked %s: take care that no other run is at work there", where)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes none that is open, and needs none removed
            file.unlink()
        lock.release()


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder is there; what had to be made for that is gone afterwards, unless something was put into it."""
    try:
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror or error
        raise TrainingError(f"{folder} could not be made: {why}") from error
    try:
        yield
    finally:
        with suppress(OSError):  # it holds what was made
            for path in made:
                path.rmdir()
