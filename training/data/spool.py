"""Drawings on their way into a corpus: written to disk as they are read, then mapped into memory as a whole."""

import tempfile
from array import array
from contextlib import suppress

import numpy as np

from model.strokes import Array
from training.data.corpus import Corpus
from training.data.source import temporary

COLUMNS = 5


class Spool:
    """Collects drawings in a temporary file without a name (in TMPDIR), so that there may be more than memory holds.

    The file is gone with the spool and the corpora made of it. Use it as a context manager.
    """

    def __init__(self) -> None:
        with temporary():
            self._file = tempfile.TemporaryFile(prefix="inkstream-")  # noqa: SIM115 - the spool is its context manager
        self._lengths = array("q")  # rows of each drawing
        self._numbers = array("q")  # of its category

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what could not be written before cannot be now, and has been said
            self._file.close()

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, drawing: Array, number: int = 0) -> None:
        """Add a drawing [T, 5] of a category. Raises DataError when the disk is full."""
        self._write(np.ascontiguousarray(drawing, np.float32))
        self._lengths.append(len(drawing))
        self._numbers.append(number)

    def repeat(self, times: int) -> None:
        """Let all drawings so far stand there so many times, one whole row of them after the other."""
        if times > 1 and len(self):
            so_far = self._rows()
            for _ in range(times - 1):
                self._write(so_far)
        self._lengths *= times
        self._numbers *= times

    def corpus(self, most: int | None = None) -> Corpus:
        """All drawings, or about `most` of them, evenly spread. Raises DataError when there are none."""
        if not len(self):
            return Corpus.of([])
        rows, numbers = self._rows(), np.array(self._numbers, np.int64)
        starts = np.concatenate([[0], np.cumsum(self._lengths)]).astype(np.int64)
        stride = max(1, len(self) // most) if most else 1
        if stride == 1:
            return Corpus(rows, starts, numbers)
        some = range(0, len(self), stride)
        return Corpus.of([rows[starts[i] : starts[i + 1]] for i in some], numbers[::stride].tolist())

    def _rows(self) -> Array:
        """What has been written, as rows [N, 5] that are read from the file when they are used."""
        with temporary():
            self._file.flush()
        return np.asarray(np.memmap(self._file, np.float32, mode="r")).reshape(-1, COLUMNS)

    def _write(self, rows: Array) -> None:
        with temporary():
            self._file.write(rows.data)
