"""What a network is told of a drawing before it begins."""

import numpy as np
import pytest
import torch
from torch import Tensor

from model.context import Contexts
from model.linear import fixed_point
from tests.model import samples
from tests.model.textbook import textbook

WEIGHTS = samples.shared_weights()
N = 33


def contexts() -> Contexts:
    names = ("base", "table", "latent.integers", "latent.scale")
    return Contexts(*(WEIGHTS[f"contexts.{name}"] for name in names))


def given() -> tuple[Tensor, Tensor]:
    """Subjects and latent codes of N drawings."""
    return torch.arange(N) % samples.SUBJECTS, torch.randn(
        N, samples.LATENT, generator=torch.Generator().manual_seed(0)
    )


def test_a_context_is_a_sum() -> None:
    """What the network has of its own, what is the subject's, and a matrix times the latent code."""
    subject, latent = given()
    want = torch.from_numpy(np.concatenate(textbook(WEIGHTS).context(subject, latent), axis=1))
    torch.testing.assert_close(contexts()(subject, latent).double(), want, atol=1e-6, rtol=1e-6)


def test_zeros_are_no_latent_code() -> None:
    """A latent code of zeros adds nothing to what the subject says."""
    subject, latent = given()
    want = WEIGHTS["contexts.base"] + WEIGHTS["contexts.table"][subject].float()
    assert torch.equal(contexts()(subject, 0 * latent), want)
    assert not torch.equal(contexts()(subject, latent), want)


@pytest.mark.parametrize("threads", [1, 2])
def test_contexts_of_a_batch_are_those_of_each(threads: int) -> None:
    """One by one or together, the same bits."""
    subject, latent = given()
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        together = contexts()(subject, latent)
    finally:
        torch.set_num_threads(before)
    for i in range(N):
        assert torch.equal(contexts()(subject[i : i + 1], latent[i : i + 1]), together[i : i + 1])


def test_a_network_without_an_encoder_has_no_latent_code() -> None:
    """Its codes are of length 0, and one subject's context is what its weights say."""
    base = torch.arange(6.0)
    made = Contexts(base, torch.zeros(1, 6).half(), *fixed_point(torch.zeros(6, 0)))
    assert torch.equal(made(torch.zeros(2, dtype=torch.long), torch.zeros(2, 0)), base.expand(2, -1))
