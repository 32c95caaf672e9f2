"""The state of drawings, as those who hold it handle it."""

import torch

from model.decoder import Decoder
from model.state import SHARING, apart, join, put, select
from tests.model import samples

DECODER = Decoder(samples.shared_weights())


def state(n: int) -> list[torch.Tensor]:
    """Of n drawings after some steps, no two alike."""
    return DECODER.advance(*samples.begin(DECODER, n, 3))[1]


def test_what_is_split_is_joined() -> None:
    """Some and the others, joined, are the whole, wherever it is cut; one by itself is what it was."""
    whole = state(7)
    for count in (0, 1, 3, 7):
        parts = [select(whole, torch.arange(count)), select(whole, torch.arange(count, 7))]
        assert samples.equal(join(parts), whole)
    assert samples.equal(join([whole]), whole)


def test_drawings_are_selected_in_order() -> None:
    """Each comes where it is named, several times if it is; none may be."""
    whole = state(5)
    chosen = select(whole, torch.tensor([3, 0, 3]))
    expected = [torch.stack([part[3], part[0], part[3]]) for part in whole]
    assert samples.equal(chosen, expected)
    assert [len(part) for part in select(whole, torch.tensor([], dtype=torch.long))] == [0] * len(whole)


def test_drawings_are_put_where_they_are_named() -> None:
    """They take the place of those that were there; all others stay."""
    whole, some = state(5), state(9)
    which = torch.tensor([4, 1])
    expected = select(join([whole, some]), torch.tensor([0, 6, 2, 3, 5]))
    put(whole, which, select(some, torch.tensor([0, 1])))
    assert samples.equal(whole, expected)


def test_drawings_go_on_in_other_company() -> None:
    """Drawings of two batches, joined and reordered, are drawn on as they are where they were."""
    arguments = samples.begin(DECODER, 6, 4, seed=2)
    one, other = state(6), select(state(9), torch.tensor([8, 2]))
    _, temperature, noise = arguments
    alone, _ = DECODER.advance(one, temperature, noise)
    others, _ = DECODER.advance(other, temperature[:2], noise[:, :2])
    order = torch.tensor([7, 1, 6, 0, 2, 3, 4, 5])
    joined = select(join([one, other]), order)
    noises = torch.cat([noise, noise[:, :2]], 1).index_select(1, order)
    drawn, _ = DECODER.advance(joined, torch.ones(8, 2), noises)
    assert torch.equal(drawn, torch.cat([alone, others], 1).index_select(1, order))


def test_drawings_are_taken_apart_in_order() -> None:
    """Each by itself, as if selected alone, however many they are; the whole may change without them."""
    whole = state(2 * SHARING + 3)
    which = [*range(2 * SHARING + 2, -1, -1)]
    expected = [select(whole, torch.tensor([i])) for i in which]
    alone = apart(whole, which)
    for part in whole:
        part.zero_()
    assert len(alone) == len(which)
    assert all(samples.equal(one, other) for one, other in zip(alone, expected, strict=True))
    assert apart(whole, []) == []
