"""Latent codes of drawings, and what lies between two of them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.alike.codes import between, can_encode, code_of, on_arc, told
from model.checkpoint import Checkpoint
from model.errors import LatentError
from model.latent import from_text, to_text
from model.strokes import END_ROW, Array
from tests.model import samples


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.shared_weights())


def drawing(seed: int = 0) -> Array:
    rows = samples.drawings(1, 9, seed)[0, 1:]
    return np.concatenate([rows[rows[:, 4] != 1], END_ROW[None]])


def code(seed: int) -> Array:
    return np.random.default_rng(seed).normal(size=samples.LATENT).astype(np.float32)


def test_a_drawings_code_is_the_encoders_mean(checkpoint: Checkpoint) -> None:
    """Rounded as its text has it; it is the same each time, and another subject's is another."""
    rows = drawing()
    with torch.inference_mode():
        mean, _ = checkpoint.module.encode(torch.tensor(rows)[None], torch.tensor([len(rows)]), torch.tensor([2]))
    assert code_of(checkpoint, 2, rows) == to_text(mean[0].numpy()) == code_of(checkpoint, 2, rows)
    assert code_of(checkpoint, 1, rows) != code_of(checkpoint, 2, rows)


def test_without_an_encoder_there_are_no_codes(tmp_path: Path) -> None:
    """The error says so."""
    plain = samples.loaded(tmp_path, samples.weights())
    assert not can_encode(plain)
    with pytest.raises(LatentError, match="no encoder"):
        code_of(plain, 0, drawing())


def test_what_a_code_tells_is_a_context(checkpoint: Checkpoint) -> None:
    """That of the code's text, which knows no more than the text."""
    text = to_text(code(1))
    want = checkpoint.contexts([3], torch.tensor(from_text(text, samples.LATENT))[None])
    assert torch.equal(told(checkpoint, 3, text).context, want)
    with pytest.raises(LatentError):
        told(checkpoint, 3, "1AAA")


def test_the_ends_of_a_way_are_its_ends(checkpoint: Checkpoint) -> None:
    """Bit for bit, within a subject and across two; the middle is neither."""
    latents = to_text(code(1)), to_text(code(2))
    for subjects in ((0, 0), (0, 3)):
        for at, which in ((0.0, 0), (1.0, 1)):
            found = between(checkpoint, subjects, latents, at, at)
            assert found.latent == latents[which]
            assert torch.equal(found.context, told(checkpoint, subjects[which], latents[which]).context)
        assert between(checkpoint, subjects, latents, 0.5, 0.5).latent not in latents


def test_what_is_the_subjects_is_mixed(checkpoint: Checkpoint) -> None:
    """A share of 0 is the first subject's alone, with the code of the place."""
    latents = to_text(code(1)), to_text(code(2))
    found = between(checkpoint, (0, 3), latents, 0.5, 0.0)
    assert torch.equal(found.context, told(checkpoint, 0, found.latent).context)


def test_the_arc_keeps_lengths_and_turns_evenly() -> None:
    """Codes of one length have none but codes of that length between them, each step as far as the next."""
    first, second = (each / np.linalg.norm(each) for each in (code(1), code(2)))
    steps = [on_arc(first, second, at) for at in np.linspace(0, 1, 9)]
    assert [float(np.linalg.norm(step)) for step in steps] == pytest.approx([1.0] * 9, abs=1e-5)
    gaps = np.linalg.norm(np.diff(steps, axis=0), axis=1)
    assert gaps == pytest.approx([gaps[0]] * 8, rel=1e-4)
    assert np.linalg.norm(on_arc(first, 3 * second, 0.5)) == pytest.approx(2, abs=1e-5)


def test_where_there_is_no_arc_there_is_a_line() -> None:
    """To nothing, to itself, and to its opposite."""
    first = code(1)
    for second in (0 * first, first, 2 * first, -first):
        np.testing.assert_allclose(on_arc(first, second, 0.25), 0.75 * first + 0.25 * second, atol=1e-5)
