import gzip
import os
from pathlib import Path
from threading import Thread

import pytest

from inkstream.command.given import drawing_in
from tests.training import writers

LINES = '{"strokes": [[[0, 0], [10, 10], [20, 0]]]}'
DIAGONAL = writers.rows([[(0, 0), (255, 255)]])


def piped(path: Path, content: bytes) -> Path:
    """A pipe from which something can be read once."""
    os.mkfifo(path)
    Thread(target=path.write_bytes, args=(content,), daemon=True).start()
    return path


@pytest.mark.parametrize(
    "content", [LINES.encode("utf-8-sig"), LINES.encode("utf-16"), gzip.compress(LINES.encode(), mtime=0)]
)
def test_json_may_come_as_drawings_may(tmp_path: Path, content: bytes) -> None:
    """In any encoding, zipped or not, as a file or as a pipe."""
    (tmp_path / "lines.json").write_bytes(content)
    expected = {"strokes": [[[0, 0], [10, 10], [20, 0]]]}
    assert drawing_in(tmp_path / "lines.json") == drawing_in(piped(tmp_path / "pipe", content)) == expected


def test_a_pipe_of_another_form_is_read_as_well(tmp_path: Path) -> None:
    """Though it is first tried as JSON; and so is a folder of SVG files."""
    folder = writers.svgs(tmp_path / "cat", [[[(0, 0), (255, 255)]]])
    content = next(folder.iterdir()).read_bytes()
    expected = {"stroke5": DIAGONAL.tolist()}
    assert drawing_in(folder) == drawing_in(piped(tmp_path / "pipe", content)) == expected
