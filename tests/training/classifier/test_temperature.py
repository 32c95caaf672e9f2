import pytest
import torch

from training.classifier.temperature import fitted


@pytest.mark.parametrize("true", [0.6, 1.0, 1.8])
def test_the_temperature_by_which_answers_came_is_found(true: float) -> None:
    """Where categories were drawn at a temperature, that one is fitted."""
    rng = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(20_000, 5, generator=rng)
    category = torch.multinomial((logits / true).softmax(dim=1), 1, generator=rng)[:, 0]
    assert fitted(logits, category) == pytest.approx(true, rel=0.05)
