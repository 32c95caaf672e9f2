from app.pools.breaker import Breaker


def test_it_lets_everything_pass_while_all_is_well() -> None:
    """Closed, it hinders nobody, and success is no news."""
    breaker = Breaker()
    assert all(breaker.begin(0) for _ in range(3))
    assert not breaker.succeed()


def test_a_failure_is_news_once() -> None:
    """However many fail, the first is told; so is the first success after that."""
    breaker = Breaker(least=1)
    assert [breaker.fail(0) for _ in range(3)] == [True, False, False]
    assert breaker.succeed()
    assert not breaker.succeed()
    assert breaker.fail(0)


def test_one_of_those_who_ask_tries_when_the_pause_is_over() -> None:
    """Nobody tries during the pause, then one does; another only after another pause, though the first is silent."""
    breaker = Breaker(least=1)
    breaker.fail(10)
    assert not breaker.begin(10.9)
    assert breaker.can_begin(11)
    assert [breaker.begin(11) for _ in range(3)] == [True, False, False]
    assert not breaker.is_closed
    assert breaker.begin(12)


def test_pauses_grow_with_each_trial_that_fails() -> None:
    """Twice as long each time, up to a bound, and short again after a success."""
    breaker, now, pauses = Breaker(least=1, most=5), 0.0, []
    breaker.fail(now)
    for _ in range(5):
        begun = now
        while not breaker.begin(now):
            now += 0.5
        breaker.fail(now)
        pauses.append(now - begun)
    assert pauses == [1, 2, 4, 5, 5]
    breaker.succeed()
    breaker.fail(now)
    assert breaker.can_begin(now + 1)


def test_failures_beside_a_trial_do_not_lengthen_the_pause() -> None:
    """Many requests that were on their way fail together: that is one failure."""
    breaker = Breaker(least=1)
    for _ in range(9):
        breaker.fail(0)
    assert breaker.can_begin(1)
