import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.server.log_writer import CLOSE_SECONDS, LogWriter
from app.server.server import Server
from tests.app.tiny import settings_for


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            with suppress(OSError):  # closed by the test
                os.close(end)


def record(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text, "levelname": "INFO"})


def test_every_line_is_written_in_order() -> None:
    """Where the log is read, closing it leaves nothing behind."""
    with pipe() as (reading, writing):
        writer = LogWriter(writing)
        for number in range(500):
            writer.emit(record(str(number)))
        writer.close()
        os.close(writing)
        assert os.read(reading, 65536).split() == [b"%d" % number for number in range(500)]


def test_what_nobody_reads_is_dropped_and_counted() -> None:
    """Logging takes no longer for it, and once somebody reads the log says how many lines are missing."""
    lines, most = 3000, 50
    with pipe() as (reading, writing):
        writer = LogWriter(writing, most)
        begun = time.monotonic()
        for number in range(lines):
            writer.emit(record(f"{number:04} " + "x" * 1000))
        assert time.monotonic() - begun < 30
        read: list[bytes] = []
        reader = threading.Thread(target=lambda: read.extend(iter(lambda: os.read(reading, 65536), b"")))
        reader.start()
        writer.close()
        os.close(writing)
        reader.join()
    written = b"".join(read).splitlines()
    dropped = [int(line.split()[0]) for line in written if b"were dropped" in line]
    assert 0 < len(written) - len(dropped) == lines - sum(dropped) < lines


def test_closing_does_not_wait_for_a_reader() -> None:
    """The process can end though its log is full."""
    with pipe() as (_reading, writing):
        writer = LogWriter(writing)
        for _ in range(200):
            writer.emit(record("x" * 1000))
        begun = time.monotonic()
        writer.close()
        assert time.monotonic() - begun < CLOSE_SECONDS + 30
        os.close(_reading)  # ends the thread


def test_a_reader_that_is_gone_is_no_fault() -> None:
    """A closed pipe takes nothing and stops nothing."""
    with pipe() as (reading, writing):
        os.close(reading)
        writer = LogWriter(writing)
        for _ in range(3):
            writer.emit(record("lost"))
        writer.close()


def test_dropped_lines_are_a_metric(checkpoints: Path) -> None:
    """A server counts each line that its log drops."""
    with pipe() as (reading, writing):
        writer = LogWriter(writing, most=1)
        server = Server(settings_for(checkpoints), log=writer)
        for _ in range(200):
            writer.emit(record("x" * 1000))
        dropped = server.metrics.registry.get_sample_value("inkstream_log_lines_dropped_total")
        assert dropped is not None
        assert 0 < dropped <= 200
        os.close(reading)  # ends the thread
        writer.close()
