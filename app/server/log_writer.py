"""A log that keeps nobody waiting: what its reader does not take is dropped, and counted."""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable

MOST_LINES = 2000  # that wait: some seconds of a busy service
CLOSE_SECONDS = 1.0  # for a reader to take what is left at the end


class LogWriter(logging.Handler):
    """Writes lines to a file descriptor from a thread of its own.

    A pipe that nobody reads blocks whoever writes to it; here that is this thread alone. It writes past Python's
    `sys.stderr`, whose lock a blocked writer would hold at the end of the process.
    """

    def __init__(self, descriptor: int, most: int = MOST_LINES) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._most = most
        self._lines: deque[bytes] = deque()
        self._dropped = 0
        self.on_drop: Callable[[], object] | None = None  # for each line
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a line over, or drop it where too many wait."""
        line = self._bytes_of(record)
        with self._changed:
            if len(self._lines) < self._most:
                self._lines.append(line)
                self._changed.notify()
            else:
                self._dropped += 1
                if self.on_drop is not None:
                    self.on_drop()

    def close(self) -> None:
        """Write what is left, as far as anybody reads it."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)
        super().close()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines or self._dropped or self._closing)
                if not self._lines and not self._dropped:
                    return
                content = b"".join(self._lines)
                self._lines.clear()
                dropped, self._dropped = self._dropped, 0
            if dropped:
                content += self._bytes_of(_loss(dropped))
            try:
                while content:
                    content = content[os.write(self._descriptor, content) :]
            except OSError:  # nobody will read any more, or the disk is full: the service goes on
                pass

    def _bytes_of(self, record: logging.LogRecord) -> bytes:
        return self.format(record).encode(errors="backslashreplace") + b"\n"


def _loss(lines: int) -> logging.LogRecord:
    """What is logged in place of lines that were dropped."""
    fields = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING", "request_id": "-"}
    return logging.makeLogRecord({**fields, "msg": f"{lines} lines of the log were dropped: nobody read it"})
