"""The weights that a checkpoint's file holds."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from model.encoder import decoder_of
from model.errors import WeightsError
from model.network import NetworkConfig
from model.systems import SYSTEMS, name_of
from model.weights import of_subject, shape_of, stored, to_network
from tests.model import samples

SHAPES = [replace(config, hidden=32) for config in SYSTEMS.values()]


@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_sizes_say_the_shape(config: NetworkConfig) -> None:
    """Of every system's weights: H, m, K and whether there is a memory; one subject and no latent code."""
    shape = shape_of(stored(samples.network_of(config)))
    assert (shape.hidden, shape.mixtures) == (32, max(1, config.mixtures))
    assert shape.has_memory == (config.trunk == "lstm")
    assert (shape.subjects, shape.latent, shape.fine_head) == (1, 0, False)


def test_sizes_say_how_many_subjects() -> None:
    """And of a network of many subjects with an encoder."""
    shape = shape_of(samples.shared_weights(subjects=7))
    assert (shape.subjects, shape.latent, shape.fine_head) == (7, samples.LATENT, True)
    assert shape.context == 4 * 32 + 2 * 32 + 33


def test_what_is_stored_is_the_networks_own() -> None:
    """Weights are copies: training that goes on does not change them, and they ask for no gradients."""
    network = samples.network()
    weights = stored(network)
    before = {name: tensor.clone() for name, tensor in weights.items()}
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.add_(1)
    assert all(torch.equal(weights[name], tensor) for name, tensor in before.items())
    assert not any(tensor.requires_grad for tensor in weights.values())


@pytest.mark.parametrize("weights", [samples.weights(), samples.shared_weights()], ids=["one", "many"])
def test_a_decoder_keeps_its_weights(weights: dict[str, Tensor]) -> None:
    """Its buffers are the weights by their names, packed or not, and nothing else."""
    decoder = decoder_of(weights)
    decoder.pack(False)
    buffers = dict(decoder.named_buffers())
    assert set(buffers) == set(weights)
    assert all(torch.equal(buffers[name], tensor) for name, tensor in weights.items())


@pytest.mark.parametrize("config", SHAPES, ids=name_of)
@torch.no_grad()
def test_every_system_comes_back_to_a_network(config: NetworkConfig) -> None:
    """`to_network` gives one of the rounded weights that scores nearly as the decoder; rounded again it is the same."""
    weights = stored(samples.network_of(config))
    network = to_network(weights)
    rows, decoder = torch.from_numpy(samples.drawings(4, 20)), decoder_of(weights)
    for got, want in zip(
        network.log_likelihood(rows), decoder.log_prob(rows, samples.contexts(decoder, 4)), strict=True
    ):
        torch.testing.assert_close(got.mean(), want.mean(), atol=0.01, rtol=0)
    again = to_network(stored(network)).state_dict()
    for name, value in network.state_dict().items():
        torch.testing.assert_close(again[name], value, atol=1e-6, rtol=1e-6)


@torch.no_grad()
def test_a_network_may_begin_as_any_subject() -> None:
    """`of_subject` folds one of many, or the mean of all, into weights of one; `to_network` takes it up."""
    weights, rows = samples.shared_weights(), torch.from_numpy(samples.drawings(4, 20))
    decoder, scores = decoder_of(weights), set()
    for subject in (0, 3, None):
        alone = of_subject(weights, subject)
        assert (shape_of(alone).subjects, shape_of(alone).latent) == (1, 0)
        assert not any(name.startswith("encoder.") for name in alone)
        xy, pen = to_network(alone).log_likelihood(rows)
        if subject is not None:
            context = decoder.context(torch.full((4,), subject), torch.zeros(4, samples.LATENT))
            want_xy, want_pen = decoder.log_prob(rows, context)
            torch.testing.assert_close((xy.mean(), pen.mean()), (want_xy.mean(), want_pen.mean()), atol=0.01, rtol=0)
        scores.add(round(float(xy.mean()), 4))
    mean = of_subject(weights, None)["contexts.base"] - weights["contexts.base"]
    torch.testing.assert_close(mean, weights["contexts.table"].float().mean(0), atol=1e-6, rtol=1e-5)
    assert len(scores) == 3


def test_of_subject_leaves_the_others_weights() -> None:
    """What it is given stays as it was."""
    weights = samples.shared_weights()
    before = {name: tensor.clone() for name, tensor in weights.items()}
    of_subject(weights, 1)
    assert set(weights) == set(before)
    assert all(torch.equal(weights[name], tensor) for name, tensor in before.items())


@pytest.mark.parametrize("name", sorted(samples.weights()))
def test_what_is_missing_is_named(name: str) -> None:
    """Without any of them there is no network."""
    weights = samples.weights()
    del weights[name]
    with pytest.raises(WeightsError, match=f"it has no weights '{name}'"):
        shape_of(weights)


@pytest.mark.parametrize(
    ("name", "tensor", "complaint"),
    [
        ("mean", torch.zeros(1), r"'mean' have the shape \(1,\), not \(2,\)"),
        ("input.weight", torch.zeros(128, 2), r"'input.weight' have the shape \(128, 2\), not \(128, 5\)"),
        ("recurrent.integers", torch.zeros(128), r"'recurrent.integers' are no matrix, but of the shape \(128,\)"),
        ("recurrent.scale", torch.zeros(()), "'recurrent.scale' have the shape"),
        ("head.linear.scale", torch.zeros(7), "'head.linear.scale' have the shape"),
        ("head.fine", torch.zeros(2), "'head.fine' have the shape"),
        ("contexts.base", torch.zeros(9), r"'contexts.base' have the shape \(9,\), not \(225,\)"),
        ("contexts.table", torch.zeros(3, 9), r"'contexts.table' have the shape \(3, 9\), not \(3, 225\)"),
        ("contexts.table", torch.zeros(0, 225), "no network has the shape"),
        (
            "contexts.latent.integers",
            torch.zeros(9, 2),
            "'contexts.latent.integers' have the shape|'contexts.latent.scale'",
        ),
    ],
)
def test_what_is_of_a_wrong_size_is_named(name: str, tensor: Tensor, complaint: str) -> None:
    """Weights of another size are no network's, contexts of another width among them."""
    with pytest.raises(WeightsError, match=complaint):
        shape_of(samples.weights() | {name: tensor})


def test_no_network_is_of_any_shape() -> None:
    """Sums are H or 4 H, and outputs 3 + 6 K."""
    weights = samples.weights()
    three = {name: weights[name][: 3 * 32] for name in ("input.weight", "recurrent.integers", "recurrent.scale")}
    three |= {"contexts.base": torch.zeros(3 * 32 + 64 + 33), "contexts.table": torch.zeros(1, 3 * 32 + 64 + 33)}
    three |= {"contexts.latent.integers": torch.zeros(193, 0), "contexts.latent.scale": torch.zeros(193)}
    with pytest.raises(WeightsError, match="no network has the shape"):
        shape_of(weights | three)
