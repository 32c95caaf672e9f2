import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.errors import LatentError
from model.latent import STEPS, from_text, to_text
from tests.model import samples

NUMBERS = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=130)


@given(NUMBERS)
def test_a_text_is_the_code(numbers: list[float]) -> None:
    """To half a step, within what a byte holds; and the text of what it gives is the same text again."""
    code = np.array(numbers, np.float32)
    text = to_text(code)
    found = from_text(text, len(code))
    assert found.dtype == np.float32
    assert np.abs(found - np.clip(code, -127 / STEPS, 127 / STEPS)).max() <= 0.5 / STEPS + 1e-6
    assert to_text(found) == text
    assert text.replace("-", "").replace("_", "").isalnum(), "it stands in an address as it is"


def test_zeros_are_no_code() -> None:
    """A code of zeros comes back as zeros, bit for bit, which is what drawings without a code have."""
    assert not from_text(to_text(np.zeros(8, np.float32)), 8).any()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "begins with '1'"),
        ("2AAAA", "begins with '1'"),
        ("1AAA", "4 numbers, not 2"),
        ("1AAAAAAA", "4 numbers, not 5"),
        ("1AAA*", "no latent code"),
        ("1AAAAA", "no latent code"),
        ("1ÄÄÄÄÄÄ", "no latent code"),
    ],
)
def test_what_is_no_code_is_said(text: str, complaint: str) -> None:
    """Another version, another length, letters that are none of it: each is a LatentError that says so."""
    with pytest.raises(LatentError, match=complaint):
        from_text(text, 4)


def test_what_is_given_out_cannot_be_changed() -> None:
    """Codes are kept, so nobody may write into one."""
    with pytest.raises(ValueError, match="read-only"):
        from_text(to_text(np.ones(4, np.float32)), 4)[0] = 2


def test_a_cards_styles_are_codes_of_its_network() -> None:
    """A style of another length, and one where there is no latent code at all, are mistakes of the card."""
    code = to_text(np.ones(4, np.float32))
    assert samples.card(subjects=[samples.subject(styles=(code,))], latent=4).subject.styles == (code,)
    for latent in (0, 5):
        with pytest.raises(ValidationError, match="latent code"):
            samples.card(subjects=[samples.subject(styles=(code,))], latent=latent)


def test_each_seed_has_a_style() -> None:
    """Styles come in turn by the seed, so that drawings beside each other differ; without any there is none."""
    subject = samples.card(subjects=[samples.subject(styles=("1AAAA", "1BBBB", "1CCCC"))], latent=3).subject
    assert [subject.style_of(seed) for seed in (0, 1, 2, 3)] == ["1AAAA", "1BBBB", "1CCCC", "1AAAA"]
    assert samples.card().subject.style_of(7) is None
