"""What commands print: whatever standard output cannot take is one line, not a traceback."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def printing() -> Iterator[None]:
    """Let a command print; characters that its output has no bytes for are escaped, and at its end all is written.

    Raises OSError where that fails; Python does not try again when it ends.
    """
    output = sys.stdout
    if not isinstance(output, io.TextIOWrapper):  # a test's, or None where it was closed before the command began
        yield
        return
    output.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        try:
            output.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
            raise


def reason_of(error: OSError) -> str:
    """Why a file, or standard output, could not be read or written, in words."""
    if isinstance(error, BrokenPipeError):
        return "nobody reads the output any more"
    place = "" if error.filename is None else f"{error.filename}: "
    return f"{place}{error.strerror or error}"
