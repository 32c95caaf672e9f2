"""The part of a drawing that is given: the network reads it before it goes on."""

from model.alike.codes import Told
from model.state import State
from model.strokes import Array


class Prefix:
    """Given rows [m, 5] without an end row, and how far the network has read them.

    Drawings that go on from the same rows share one, so it is read once. `state`: of one drawing of the subject, after
    what is read; None before that.
    """

    def __init__(self, subject: int, rows: Array, told: Told | None = None) -> None:
        """`subject`: its number in the network's list. `told`: the latent code of the drawing, None for none."""
        assert len(rows)
        self.subject = subject
        self.told = told
        self.rows = rows
        self.state: State | None = None
        self._read = 0

    @property
    def left(self) -> int:
        """Rows that are still to be read."""
        return len(self.rows) - self._read

    def next(self, most: int) -> Array:
        """The next rows [k, 5], up to `most` of them."""
        return self.rows[self._read : self._read + most]

    def advance(self, state: State, rows: int) -> None:
        """Go on to the state after so many more rows."""
        self.state = state
        self._read += rows
