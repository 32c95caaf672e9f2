"""When to leave something alone that fails, and when to try it again. Pure: the caller brings the time.

closed --fail--> open --pause over, begin--> trial --succeed--> closed
                   ^---------------fail, a longer pause-----------/
"""


class Breaker:
    """Closed while all is well. After a failure it pauses, twice as long after each trial that fails too."""

    def __init__(self, *, least: float = 0.25, most: float = 5.0) -> None:
        """`least`, `most`: seconds of the first pause and of the longest."""
        self._least, self._most = least, most
        self._pause = 0.0  # 0: closed
        self._retry_at = 0.0
        self._trying = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing is known to be wrong."""
        return not self._pause

    def can_begin(self, now: float) -> bool:
        """Whether to try: always while closed, else when a pause is over."""
        return self.is_closed or now >= self._retry_at

    def begin(self, now: float) -> bool:
        """The same, for who then does; while open, for one only, until another pause is over."""
        if not self.can_begin(now):
            return False
        if not self.is_closed:
            self._trying = True
            self._retry_at = now + self._pause
        return True

    def succeed(self) -> bool:
        """It works; whether that is news."""
        was_open = not self.is_closed
        self._pause, self._trying = 0.0, False
        return was_open

    def fail(self, now: float) -> bool:
        """It does not work; whether that is news. Of several failures at a time the first counts."""
        news = self.is_closed
        if news or self._trying:
            self._pause = self._least if news else min(2 * self._pause, self._most)
            self._retry_at = now + self._pause
        self._trying = False
        return news
