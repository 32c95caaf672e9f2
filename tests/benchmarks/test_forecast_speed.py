"""How fast a core was, from what a service did on it and the processor time of its threads."""

from dataclasses import replace

import pytest

from benchmarks.forecast.costs import Costs, Device, HostCosts
from benchmarks.forecast.speed import Moment, Span, spans, speed_of
from benchmarks.forecast.totals import Totals

HOST = HostCosts(
    turn=1e-3, seat=1e-4, begin=1e-3, join=1e-3, request=2e-3, handout=1e-3, parcel=1e-4, message=6e-4, point=4e-4
)
COSTS = Costs(
    host=HOST, slots=HOST, device=Device(name="core", points_per_second={1: 1000}, shared=True), lengths=(10,)
)
DID = Totals(loop=0.05, engine=0.143, ended=10, begun=10, turns=10, seats=200, steps=1, work=1, points=100)
WHOLE = Span(0.0, 0.5, replace(DID, seats=20), 0.0)


def test_costs_say_what_work_takes() -> None:
    """By hand: whole drawings, and as many with streams of 10 messages beside them, one of which is a new drawing."""
    assert WHOLE.expected(COSTS, 0.0) == pytest.approx((0.02 + 0.01 + 0.002, 0.01 + 0.002 + 0.01 + 0.001))
    assert WHOLE.expected(COSTS, 20.0) == pytest.approx((0.018 + 0.01 + 0.001 + 0.01, 0.023 + 0.009))


def test_a_slow_span_is_found() -> None:
    """The same work for twice the processor time, and a core half of which others have, are half as fast each."""
    loop, engine = WHOLE.expected(COSTS, 0.0)
    normal = replace(WHOLE, did=replace(WHOLE.did, loop=loop, engine=engine))
    slow = replace(WHOLE, since=0.5, did=replace(WHOLE.did, loop=2 * loop, engine=2 * engine))
    beside = replace(normal, since=1.0, others=0.5)
    speed = speed_of([normal, slow, beside], COSTS, 0.0)
    assert [speed.loop(moment) for moment in (-1, 0.2, 0.7, 1.2, 99)] == pytest.approx([1, 1, 2, 2, 2])
    assert [speed.engine(moment) for moment in (0.2, 0.7, 1.2)] == pytest.approx([1, 2, 2])


def test_each_thread_has_a_factor_of_its_own() -> None:
    """Decoding that is slower says nothing of the event loop."""
    loop, engine = WHOLE.expected(COSTS, 0.0)
    speed = speed_of([replace(WHOLE, did=replace(WHOLE.did, loop=loop, engine=3 * engine))], COSTS, 0.0)
    assert (speed.loop(0.2), speed.engine(0.2)) == pytest.approx((1, 3))


def test_a_span_with_little_to_do_says_nothing() -> None:
    """Asking for the counts is all that the event loop does there: the core is as fast as at other times."""
    loop, engine = WHOLE.expected(COSTS, 0.0)
    idle = Span(0.5, 0.5, replace(Totals(*[0.0] * 9), loop=0.004), 0.0)
    speed = speed_of([replace(WHOLE, did=replace(WHOLE.did, loop=2 * loop, engine=2 * engine)), idle], COSTS, 0.0)
    assert speed.engine(0.2) == pytest.approx(2, rel=0.1)
    assert speed.engine(0.7) == pytest.approx(2, rel=0.1)


def test_spans_lie_between_moments() -> None:
    """They are counted from a time on, and what else kept the core busy is others'."""
    zero = Totals(*[0.0] * 9)
    [span] = spans([Moment(5.0, zero, 1.0), Moment(6.0, DID, 1.5)], 4.0)
    assert (span.since, span.seconds, span.did) == (1.0, 1.0, DID)
    assert span.others == pytest.approx(0.5 - 0.193)
