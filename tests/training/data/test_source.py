import gzip
from pathlib import Path

import pytest

from training.data.source import beginning, is_zipped, opened
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
