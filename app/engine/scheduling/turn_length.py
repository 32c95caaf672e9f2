"""How many steps a turn takes. Pure: it is told how long turns took."""

MEMORY = 0.2  # weight of the newest turn in the average time of a step


class TurnLength:
    """A turn takes `few` steps while somebody waits for a first point, else up to `many`, as `seconds` allow.

    Those that are more than a `unit` are whole ones of it. Where the device takes no longer than `brisk` for `many`,
    nobody waits for less.
    """

    def __init__(self, few: int, many: int, seconds: float, unit: int = 1, brisk: float = 0.0) -> None:
        self._few = few
        self._many = many
        self._seconds = seconds
        self._unit = unit
        self._brisk = brisk
        self._step_seconds = 0.0  # of a whole turn, a moving average; 0: not measured yet
        self._was_short = False

    def steps(self, *, first: bool) -> int:
        """Steps of the next turn. `first`: somebody waits for a first point."""
        if self._is_short(first):
            return self._few
        fit = int(self._seconds / self._step_seconds) if self._step_seconds else self._many
        steps = min(self._many, fit)
        return max(self._few, steps - steps % self._unit if steps > self._unit else steps)

    def begin(self, *, first: bool) -> None:
        """Note that this turn begins, so that the next one is not as short."""
        self._was_short = self._is_short(first)

    def observe(self, seconds: float, steps: int) -> None:
        """Learn from a turn of so many steps how long a step takes."""
        measured = seconds / max(1, steps)
        self._step_seconds += (measured - self._step_seconds) * (MEMORY if self._step_seconds else 1)

    def _is_short(self, first: bool) -> bool:
        """No two short turns follow each other: under load newcomers never end, and that would cost everyone."""
        return first and not self._was_short and not 0 < self._step_seconds * self._many <= self._brisk
