"""What runners share: each drawing has a seat, in which its state lies while others have a turn."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence

from torch import Tensor

from app.engine.beginning import begin, read, take_prefix_states, unread
from app.engine.belief import beliefs
from app.engine.job import NOTHING, DrawingJob
from app.engine.prefix import Prefix
from app.engine.seats import Seats
from model.checkpoint import Checkpoint
from model.state import State, apart, join
from model.strokes import Array

ROOMY = 8  # times as many seats as drawings: then they move to fewer


class SeatedRunner(ABC):
    """Decodes the drawings of one network, whatever they show; they join and leave between calls.

    A drawing that has no turn keeps its seat: leaving and coming back would cost more. Its state is its own only where
    it has none.
    """

    def __init__(self, network: Checkpoint) -> None:
        self._network = network
        self._seats: Seats[DrawingJob] = Seats(0)

    def is_needed(self) -> bool:
        """Whether a drawing has a seat."""
        return len(self._seats) > 0

    def free(self, gone: Iterable[DrawingJob]) -> None:
        """Free the seats of those of some drawings that have one; they never have a turn again."""
        self._seats.leave(gone)

    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """The next rows [k, 5] of each drawing, k of `steps` each, which fall; what follows an end row is end rows.

        Drawings whose prefix is not read yet read on in it, so many rows, and have none. `ready` is called before long
        calls, in which Python is free for others. Where this fails, all other drawings can go on with another runner.
        """
        try:
            if prefixes := unread(jobs):
                return self._read_and_draw(prefixes, jobs, steps, ready)
            return self._draw(jobs, steps, ready)
        except Exception:
            at_fault = set(jobs)
            self._leave([job for job in self._seats.jobs() if job not in at_fault])
            raise

    def _read_and_draw(
        self,
        prefixes: Sequence[Prefix],
        jobs: Sequence[DrawingJob],
        steps: Sequence[int],
        ready: Callable[[], None],
    ) -> list[Array]:
        """Some of them read, the others draw."""
        drawing = [i for i, job in enumerate(jobs) if not job.reads]
        rows = [NOTHING] * len(jobs)
        ready()
        read(self._network, prefixes, max(steps))
        if drawing:
            drawn = self._draw([jobs[i] for i in drawing], [steps[i] for i in drawing], ready)
            for i, its in zip(drawing, drawn, strict=True):
                rows[i] = its
        return rows

    @abstractmethod
    def _draw(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """The same, of drawings that are ready for it."""

    @abstractmethod
    def _put(self, places: list[int], state: State) -> None:
        """Write the states of drawings that begin, or come back, to their seats."""

    @abstractmethod
    def _take(self, places: list[int]) -> State:
        """The state of the drawings in some seats: a copy."""

    def _join(self, new: Sequence[DrawingJob]) -> tuple[list[DrawingJob], list[int]]:
        """Seat drawings that begin, or come back: in which order, and where."""
        take_prefix_states(new)
        first = [job for job in new if job.state is None]
        assert not any(job.done for job in first)
        came = [job for job in new if job.state is not None]
        states = [begin(self._network, first)] if first else list[State]()
        states += [job.state for job in came if job.state is not None]
        both = [*first, *came]
        places = self._seats.join(both)
        self._put(places, states[0] if len(states) == 1 else join(states))
        for job in came:
            job.state = None
        return both, places

    def _leave(self, jobs: Sequence[DrawingJob]) -> None:
        """Free the seats of some; those who are not gone have their state again."""
        stay = [job for job in jobs if not job.is_gone]
        if stay:
            state = self._take(self._seats.of(stay))
            for job, its in zip(stay, apart(state, range(len(stay))), strict=True):
                job.state = its
        self._seats.leave(jobs)

    def _believe(self, watched: Sequence[DrawingJob], raw: Tensor) -> None:
        """Note of drawings that are asked for it what the one row of their turn is drawn from: these raw outputs."""
        for job, belief in zip(watched, beliefs(self._network.tables, raw), strict=True):
            assert job.beliefs is not None
            job.beliefs.append(belief)
