import numpy as np
import pytest

from training.figure.temperature import LOGITS, TEMPERATURES, pen_states


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_states_come_as_often_as_the_softmax_says(temperature: float) -> None:
    """Over evenly spread random numbers the shares of the states are softmax(logits / T)."""
    uniforms = ((np.arange(10_000) + 0.5) / 10_000).astype(np.float32)
    shares = np.bincount(pen_states(LOGITS, temperature, uniforms), minlength=3) / len(uniforms)
    odds = np.exp((np.array(LOGITS) - max(LOGITS)) / temperature)
    np.testing.assert_allclose(shares, odds / odds.sum(), atol=2e-3)


def test_cold_means_the_likeliest() -> None:
    """Whatever the logits' order."""
    uniforms = np.linspace(0, 0.999, 15, dtype=np.float32)
    assert set(pen_states((0.0, 2.0, 1.0), 1e-3, uniforms)) == {1}
