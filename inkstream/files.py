"""Where pictures are written: whole or not at all, or, where a file is none, as they come."""

from pathlib import Path

from model.files import write_whole


def form_of(path: Path) -> str:
    """The form that a file's name ends with, such as `svg`. Raises ValueError where it ends with none."""
    if not path.suffix[1:]:
        raise ValueError(f"{path} does not say what form it is to have: end it with .svg, .png, .gif or another")
    return path.suffix[1:].lower()


def write(path: Path, content: bytes) -> None:
    """Write a file so that it is never half there; what is no file, such as /dev/null, stays what it is.

    A link is followed. Raises OSError, which names the file.
    """
    place = path.resolve()
    try:
        if place.exists() and not place.is_file():
            place.write_bytes(content)
        else:
            write_whole(place, content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
