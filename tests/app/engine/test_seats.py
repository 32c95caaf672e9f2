"""Which slot of a device each drawing has."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.seats import Seats

MOVES = st.lists(st.tuples(st.sampled_from(["join", "leave", "move"]), st.integers(0, 19)), max_size=60)


def check(seats: Seats[int], held: dict[int, int]) -> None:
    """Everybody has the slot that they were given, alone, and all others are free."""
    assert seats.jobs() == list(held)
    assert seats.lacking(range(20)) == [job for job in range(20) if job not in held]
    assert seats.of(held) == list(held.values())
    assert len(set(held.values())) == len(held) == len(seats)
    assert all(0 <= slot < seats.slots for slot in held.values())
    assert seats.free == seats.slots - len(held)


@settings(deadline=None, max_examples=60)
@given(MOVES)
def test_nobody_loses_a_slot_or_shares_it(moves: list[tuple[str, int]]) -> None:
    """However drawings come and go, and however the batch grows and shrinks."""
    seats: Seats[int] = Seats(8)
    held: dict[int, int] = {}
    for move, job in moves:
        if move == "leave":
            assert seats.leave([job]) == ([held.pop(job)] if job in held else [])
        elif move == "join" and seats.lacking([job]) and seats.free:
            lowest = min(set(range(seats.slots)) - set(held.values()))
            assert seats.join([job]) == [lowest]
            held[job] = lowest
        elif move == "move" and len(held) <= job:
            seats = seats.moved(job)
            held = dict(zip(held, range(len(held)), strict=True))
        check(seats, held)


def test_some_join_and_leave_together() -> None:
    """In their order, each in the lowest slot that is free then."""
    seats: Seats[str] = Seats(4)
    assert seats.join(["a", "b", "c"]) == [0, 1, 2]
    assert seats.leave(["c", "a"]) == [2, 0]
    assert seats.join(["d", "e", "f"]) == [0, 2, 3]
    assert repr(seats) == "<Seats 4 of 4>"
