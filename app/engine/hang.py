"""Whether one call of a GPU goes on for ever: a card that hangs raises no error."""

from collections.abc import Iterator
from contextlib import contextmanager

LOOK_SECONDS = 5.0
MOST_LOOKS = 12  # in a minute; the longest call, which captures graphs, takes some seconds


class Watch:
    """Looked at by another thread, now and then. It counts looks, not seconds: a process that was stopped took none."""

    def __init__(self) -> None:
        self._call = 0  # which one is running, or was
        self._running = False
        self._seen = 0
        self._looks = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """While something is called that may hang."""
        self._call += 1
        self._running = True
        try:
            yield
        finally:
            self._running = False

    def hangs(self) -> bool:
        """Look: whether so many looks saw the same call."""
        if not self._running or self._call != self._seen:
            self._seen, self._looks = self._call, 0
            return False
        self._looks += 1
        return self._looks >= MOST_LOOKS
