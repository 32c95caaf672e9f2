import gzip
import os
from pathlib import Path

import pytest

from training.data.source import beginning, encoding_of, is_debris, is_zipped, opened, text_of
from training.errors import DataError


def test_zipped_or_not(tmp_path: Path) -> None:
    """The content reads the same, and the file is left at its start."""
    (tmp_path / "a").write_bytes(b"hello")
    (tmp_path / "b").write_bytes(gzip.compress(b"hello"))
    for name, zipped in (("a", False), ("b", True)):
        with (tmp_path / name).open("rb") as file:
            assert is_zipped(file) is zipped
        with opened(tmp_path / name) as file:
            assert beginning(file, 3) == b"hel"
            assert file.read() == b"hello"


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    with pytest.raises(DataError, match=r"gone: No such file"), opened(tmp_path / "gone"):
        pass


def test_debris_is_known_by_its_name() -> None:
    """What macOS and Windows put into folders and archives, in any case; nothing that a person names."""
    for name in ("._cat.svg", ".DS_Store", "Thumbs.db", "thumbs.db", "Desktop.ini", "__MACOSX", ".cat.ndjson.abc.part"):
        assert is_debris(Path("a") / name)
    for name in ("cat.svg", "_cat.svg", "thumbs.svg", "desktop.ndjson"):
        assert not is_debris(Path(".hidden") / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_encodings_without_a_mark(encoding: str) -> None:
    """Zeros beside the first character tell; an empty file is UTF-8."""
    assert encoding_of('{"word"'.encode(encoding)) == encoding
    assert encoding_of(b"") == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_a_small_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """Without the mark that says which, and unzipped."""
    (tmp_path / "names.txt").write_bytes("cat\nbär\n".encode(encoding))
    assert text_of(tmp_path / "names.txt") == "cat\nbär\n"
    (tmp_path / "names.txt").write_bytes(gzip.compress("cat".encode(encoding)))
    assert text_of(tmp_path / "names.txt") == "cat"


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    """As is what cannot be read."""
    (tmp_path / "names.txt").write_bytes(b"b\xe4r")
    with pytest.raises(DataError, match=r"names\.txt is no text in UTF-8, UTF-16 or UTF-32 "):
        text_of(tmp_path / "names.txt")
    with pytest.raises(DataError, match="No such file"):
        text_of(tmp_path / "gone")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no /dev/zero")
def test_a_device_without_an_end_is_refused() -> None:
    """It would be copied until the disk is full; /dev/null holds nothing."""
    with pytest.raises(DataError, match=r"^/dev/zero is a device, and no file of drawings$"), opened(Path("/dev/zero")):
        pass
    with opened(Path(os.devnull)) as file:
        assert file.read() == b""
