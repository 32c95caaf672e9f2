from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from model import frame
from model.encoder import decoder_of
from model.network import Network, NetworkConfig
from model.trunk import LSTM
from tests.training.shared import small
from training.loop.precision import mixed_precision
from training.shared.network import SharedConfig, SharedNetwork


def plain_start(config: SharedConfig) -> dict[str, Tensor]:
    """The weights with which the plain form of this training begins: its statements one after the other."""
    plain = Network(NetworkConfig(config.hidden, config.mixtures), torch.zeros(2), torch.ones(2))
    lstm, encode = LSTM(config.embedding, config.hidden), nn.Linear(frame.INPUTS, config.embedding)
    widths = (config.embedding, 2 * config.hidden, plain.head.out_features)
    shift, _, _ = (nn.Embedding(config.subjects, width) for width in widths)
    z_shift, z_first, _ = (nn.Linear(config.latent, width, bias=False) for width in widths)
    nn.init.normal_(z_shift.weight, std=0.05)
    nn.init.normal_(z_first.weight, std=0.05)
    for width in widths:
        nn.Embedding(2, width)
    read, read_back = (LSTM(frame.INPUTS + config.kind, config.encoder) for _ in range(2))
    kind, latent = nn.Embedding(config.subjects, config.kind), nn.Linear(2 * config.encoder, 2 * config.latent)
    nn.init.normal_(latent.weight, std=0.01)
    names = ("lstm.weight_hh_l0", "encode.weight", "head.weight", "shift.weight", "z_shift.weight", "z_first.weight")
    values = (lstm.weight_hh_l0, encode.weight, plain.head.weight, shift.weight, z_shift.weight, z_first.weight)
    more = ("read.weight_hh_l0", "read_back.weight_ih_l0", "kind.weight", "latent.weight")
    its = (read.weight_hh_l0, read_back.weight_ih_l0, kind.weight, latent.weight)
    return dict(zip((*names, *more), (*values, *its), strict=True))


def test_it_begins_as_its_plain_form() -> None:
    """Of the same seed, all weights are the same bits: loss curves can be held against each other."""
    torch.manual_seed(3)
    expected = plain_start(small.CONFIG)
    found = small.network(seed=3).state_dict()
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


@pytest.mark.parametrize("subject", [0, 1])
def test_a_folded_subject_is_the_same_network(subject: int) -> None:
    """Context and plain network together draw as the whole does, with a latent code and without."""
    network, batch = small.trained_a_little(), small.batch()
    many = torch.full((len(batch.rows),), subject)
    code = torch.randn(1, small.CONFIG.latent)
    for z in (None, code):
        with torch.no_grad():
            expected = network(batch.rows, many, None if z is None else z.expand(len(many), -1))
            base, parts = network.folded()
            added = parts.table[subject] + (0 if z is None else (parts.latent @ z[0]))
            hidden = small.CONFIG.hidden
            sums, h0, c0, head = torch.split(added, [4 * hidden, hidden, hidden, network.density.outputs()])
            base.lstm.bias_hh_l0.add_(sums)
            base.h0.add_(h0)
            base.c0.add_(c0)
            base.head.bias.add_(head)
            torch.testing.assert_close(base.eval()(batch.rows), expected, atol=2e-5, rtol=1e-4)


def test_its_weights_make_a_checkpoint() -> None:
    """What a checkpoint stores of it foresees drawings as it does, but for the rounding, and encodes them."""
    network, batch = small.trained_a_little(), small.batch()
    decoder = decoder_of(network.weights())
    with torch.no_grad():
        contexts = decoder.context(batch.category, torch.zeros(len(batch.rows), small.CONFIG.latent))
        expected = network.log_likelihood(batch.rows, batch.category)
        found = decoder.log_prob(batch.rows, contexts)
    for got, want in zip(found, expected, strict=True):
        torch.testing.assert_close(got, want, atol=0.05, rtol=0.02)


def test_everything_that_a_drawing_is_told_matters() -> None:
    """Subject, source and latent code each change what is foreseen."""
    network, batch = small.trained_a_little(), small.batch()
    first = torch.zeros_like(batch.category)
    z = torch.ones(len(first), small.CONFIG.latent)
    with torch.no_grad():
        plain = network(batch.rows, first)
        for other in (
            network(batch.rows, first + 1),
            network(batch.rows, first, source=first + 1),
            network(batch.rows, first, z),
        ):
            assert (other - plain).abs().max() > 0.01


def test_padding_does_not_change_a_latent_code() -> None:
    """A drawing has the same code alone and beside longer ones."""
    network, batch = small.trained_a_little(), small.batch()
    shortest = int(batch.lengths.argmin())
    alone = batch.rows[shortest : shortest + 1, : 1 + int(batch.lengths[shortest])]
    with torch.no_grad():
        together = network.encoded(batch.rows, batch.lengths, batch.category)
        apart = network.encoded(alone, batch.lengths[shortest, None], batch.category[shortest, None])
    assert int(batch.lengths.min()) < int(batch.lengths.max())
    for many, one in zip(together, apart, strict=True):
        torch.testing.assert_close(many[shortest : shortest + 1], one)


@pytest.mark.parametrize("hidden", [32, 512, 1024])
def test_gradients_in_half_precision_are_right(hidden: int) -> None:
    """At every width what reaches a subject, by the LSTM and its first state, is as in float32 but for rounding."""
    network, batch, found = small.network(config=replace(small.CONFIG, hidden=hidden)), small.batch(6), []
    for half in (False, True):
        network.zero_grad()
        with mixed_precision(small.CPU, enabled=half):
            xy, pen = network.log_likelihood(batch.rows[:, :4], batch.category)
        (xy.sum() + pen.sum()).backward()  # type: ignore[no-untyped-call]
        gradients = (network.shift.weight.grad, network.first.weight.grad, network.lstm.weight_hh_l0.grad)
        found.append([gradient.clone() for gradient in gradients if gradient is not None])
    for exact, rounded in zip(*found, strict=True):
        assert float((rounded - exact).norm() / exact.norm()) < 0.05


def test_only_subjects_can_be_left_to_train() -> None:
    """All else is frozen."""
    network: SharedNetwork = small.network()
    network.freeze_all_but_subjects()
    free = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert free == {"shift.weight", "first.weight", "bias.weight"}
