import math

import pytest

from training.shared.judge import Judge


def see(judge: Judge, steps: int, nats: float, skipped: float = 0) -> str:
    """Steps of 100 points each."""
    points = 100.0 * (steps - skipped)
    return judge.see(steps, nats=nats * points, points=points, skipped=skipped)


@pytest.mark.parametrize("at_once", [1, 5, 20, 100])
def test_an_exploded_loss_is_seen(at_once: int) -> None:
    """More than ten nats above the lowest, over twenty steps together, however often one looks."""
    judge = Judge(math.inf)
    for nats in (11.0, 8.0, 9.0):
        assert not any(see(judge, at_once, nats) for _ in range(0, 20, at_once))
    assert judge.lowest == pytest.approx(8)
    told = [see(judge, at_once, 18.1) for _ in range(0, 20, at_once)]
    assert told[-1] == "the loss has exploded to 18.1 per point"
    assert not any(told[:-1])


def test_one_bad_batch_is_no_lost_network() -> None:
    """A step's loss far above all others is evened out, but until it is, the weights do not count as good."""
    judge = Judge(8.0)
    calm = [judge.calm]
    for steps, nats in ((1, 150.0), (19, 8.0)):
        assert not see(judge, steps, nats)
        calm.append(judge.calm)
    assert calm == [True, False, True]


def test_skipped_steps_are_put_up_with_until_they_are_most() -> None:
    """Ten of twenty are no reason to stop; more are."""
    assert not see(Judge(math.inf), 20, 9.0, skipped=10)
    assert see(Judge(math.inf), 20, 9.0, skipped=11).startswith("11 of the last 20 steps had a gradient that is no")
    assert see(Judge(math.inf), 20, 0.0, skipped=20)
