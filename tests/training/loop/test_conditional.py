import pytest
import torch

from model.network import NetworkConfig
from tests.training import shapes
from training.data.corpus import Corpus
from training.loop.conditional import ConditionalNetwork

CORPUS = Corpus.of(shapes.drawings("zigzag", 6))


def trained_a_little() -> ConditionalNetwork:
    torch.manual_seed(1)
    network = ConditionalNetwork(
        NetworkConfig(hidden=12, mixtures=3), 4, torch.tensor([1.0, 2.0]), torch.tensor([30.0, 40.0])
    )
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network.eval()


@pytest.mark.parametrize("category", [0, 3])
def test_a_folded_category_is_the_same_network(category: int) -> None:
    """Folding changes the form, not the function: every output agrees."""
    network = trained_a_little()
    rows = CORPUS.batch(torch.arange(6).numpy())
    with torch.no_grad():
        expected = network(rows, torch.full((6,), category))
        found = network.fold(category).eval()(rows)
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_categories_differ() -> None:
    """The category matters: were it ignored, folding would prove nothing."""
    network = trained_a_little()
    rows = CORPUS.batch(torch.arange(6).numpy())
    with torch.no_grad():
        assert (network.fold(0)(rows) - network.fold(1)(rows)).abs().max() > 0.01


def test_the_mean_category_is_between_them() -> None:
    """An unseen category starts from the mean of the tables."""
    network = trained_a_little()
    mean = network.fold_mean()
    biases = torch.stack([network.fold(i).head.bias for i in range(4)])
    torch.testing.assert_close(mean.head.bias, biases.mean(0))
