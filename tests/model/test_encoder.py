"""The encoder: a drawing to its latent code."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from model import frame
from model.checkpoint import Checkpoint
from model.encoder import Autoencoder, Encoder, decoder_of
from model.errors import WeightsError
from model.linear import restored
from tests.model import samples

WEIGHTS = samples.shared_weights()
N, T = 21, 15


pytestmark = pytest.mark.usefixtures("inference")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), WEIGHTS)


def given() -> tuple[Tensor, Tensor, Tensor]:
    """Drawings without start token, their lengths with the end row, and subjects."""
    rows = torch.from_numpy(samples.drawings(N, T))[:, 1:]
    return rows, rows[:, :, 4].argmax(1) + 1, torch.arange(N) % samples.SUBJECTS


def by_torch(rows: Tensor, lengths: Tensor, subject: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log variance by two of torch's LSTMs in float64, one drawing after the other, nothing rounded."""
    own = {name.removeprefix("encoder."): value.double() for name, value in WEIGHTS.items()}
    sums = own["kind_sums.integers"] * own["kind_sums.scale"].unsqueeze(1)
    ways = []
    for i, way in enumerate(("forwards", "backwards")):
        lstm, part = nn.LSTM(5 + 3, samples.ENCODER, batch_first=True).double(), slice(64 * i, 64 * (i + 1))
        lstm.weight_ih_l0.copy_(torch.cat([own[f"{way}.input.weight"], sums[part]], 1))  # type: ignore[operator]
        lstm.weight_hh_l0.copy_(restored(own[f"{way}.recurrent.integers"], own[f"{way}.recurrent.scale"], 64))  # type: ignore[operator]
        lstm.bias_ih_l0.copy_(own["bias"][part])  # type: ignore[operator]
        lstm.bias_hh_l0.zero_()  # type: ignore[operator]
        ways.append(lstm)
    matrix = restored(own["latent.integers"], own["latent.scale"], 2 * samples.LATENT)
    found = []
    for drawing, length, its in zip(rows.double(), lengths.tolist(), subject.tolist(), strict=True):
        read = frame.inputs(drawing[:length], own["mean"], own["std"])
        read = torch.cat([read, own["kind"][its].expand(length, -1)], 1)
        last = [lstm(way.unsqueeze(0))[0][0, -1] for lstm, way in zip(ways, (read, read.flip(0)), strict=True)]
        found.append(matrix @ torch.cat(last) + own["latent_bias"])
    mean, log_variance = torch.stack(found).chunk(2, 1)
    return mean, log_variance.clamp(Encoder.least, Encoder.most)


def test_it_agrees_with_torch(checkpoint: Checkpoint) -> None:
    """Codes are those of torch's LSTMs, up to the eight bits in which outputs are read; different drawings' differ."""
    for got, want in zip(checkpoint.module.encode(*given()), by_torch(*given()), strict=True):
        assert got.shape == (N, samples.LATENT)
        assert got.dtype == torch.float32
        torch.testing.assert_close(got.double(), want, atol=0.03, rtol=0)
        assert float(want.std(0).min()) > 0.1, "the drawings must be told apart"


@pytest.mark.parametrize("threads", [1, 2])
def test_company_does_not_matter(checkpoint: Checkpoint, threads: int) -> None:
    """A drawing's code is the same alone and among others, with whatever filler, bit for bit."""
    rows, lengths, subject = given()
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        together = checkpoint.module.encode(rows, lengths, subject)
        for i, length in enumerate(lengths.tolist()):
            one = slice(i, i + 1)
            alone = checkpoint.module.encode(rows[one, :length], lengths[one], subject[one])
            assert all(torch.equal(*pair) for pair in zip(alone, (part[one] for part in together), strict=True))
        filled = torch.cat([rows, torch.full((N, 3, 5), 9.0)], 1)
        assert all(map(torch.equal, checkpoint.module.encode(filled, lengths, subject), together))
    finally:
        torch.set_num_threads(before)


def test_packing_changes_nothing(checkpoint: Checkpoint) -> None:
    """Codes by packed weights are those by plain ones, bit for bit."""
    plain = decoder_of(WEIGHTS)
    assert isinstance(plain, Autoencoder)
    for n in (1, N):
        arguments = [part[:n] for part in given()]
        assert all(map(torch.equal, plain.encode(*arguments), checkpoint.module.encode(*arguments)))


def test_the_subject_counts(checkpoint: Checkpoint) -> None:
    """The same drawing has another code as another subject."""
    rows, lengths, subject = given()
    one, other = (checkpoint.module.encode(rows, lengths, subject + i)[0] for i in (0, -1 * subject))
    assert not torch.equal(one, other)


def test_a_network_without_an_encoder_is_a_plain_decoder(tmp_path: Path) -> None:
    """It has no `encode`."""
    assert not isinstance(decoder_of(samples.weights()), Autoencoder)
    assert not hasattr(samples.loaded(tmp_path, samples.weights()).module, "encode")


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("encoder.bias", None, "has no weights 'encoder.bias'"),
        ("encoder.backwards.recurrent.scale", None, "has no weights 'encoder.backwards.recurrent.scale'"),
        ("encoder.kind", torch.zeros(3, 3), r"'encoder.kind' have the shape \(3, 3\), not \(4, 3\)"),
        ("encoder.latent_bias", torch.zeros(8), r"'encoder.latent_bias' have the shape \(8,\), not \(12,\)"),
        ("encoder.forwards.recurrent.integers", torch.zeros(64), "are no matrix"),
        ("encoder.kind", torch.zeros(4), "are no matrix"),
    ],
)
def test_weights_of_no_encoder_are_refused(name: str, change: Tensor | None, complaint: str) -> None:
    """What is missing or of a wrong size is named."""
    weights = {key: value for key, value in WEIGHTS.items() if key != name}
    if change is not None:
        weights[name] = change
    with pytest.raises(WeightsError, match=complaint):
        decoder_of(weights)
