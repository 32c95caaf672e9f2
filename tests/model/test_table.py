"""Drawings whose states are rows of a table: drawn as they are in a batch of their own."""

from typing import cast

import pytest
import torch

from model.archive.torchscript import compiled_on
from model.decoder import Decoder
from model.state import put, select
from model.table import TableDecoder, TableModule, moved, sized
from tests.model import samples

DECODER = Decoder(samples.shared_weights())
TABLES = TableDecoder(DECODER)


def test_a_turn_gives_the_rows_of_a_batch() -> None:
    """Wherever the drawings lie in the table, each takes its own number of steps, and goes on from there later."""
    state, temperature, noise = samples.begin(DECODER, 5, 9, seed=4)
    expected, last = DECODER.advance(state, temperature, noise)
    places, table = torch.tensor([6, 0, 3, 7, 2]), sized(state, 8)
    put(table, places, state)
    drawn, _ = TABLES.draw(table, places, temperature, noise[:6], [1, 4, 6], [5, 3, 1])
    taken = [6, 4, 4, 1, 1]
    for i, steps in enumerate(taken):
        assert torch.equal(drawn[:steps, i], expected[:steps, i])
        assert not drawn[steps:, i].any()
    for i, steps in enumerate(taken):
        one = slice(i, i + 1)
        rest, _ = TABLES.draw(table, places[one], temperature[one], noise[steps:, one], [9 - steps], [1])
        assert torch.equal(rest[:, 0], expected[steps:, i])
    assert samples.equal(select(table, places), last)


def test_those_without_a_turn_stay_as_they_are() -> None:
    """Rows of the table that are not named keep their states to the bit."""
    state, temperature, noise = samples.begin(DECODER, 3, 4, seed=5)
    table = sized(state, 6)
    put(table, torch.tensor([1, 2, 5]), state)
    before = [part.clone() for part in table]
    TABLES.draw(table, torch.tensor([2]), temperature[1:2], noise[:, 1:2], [4], [1])
    others = torch.tensor([0, 1, 3, 4, 5])
    assert samples.equal(select(table, others), select(before, others))
    assert not torch.equal(table[0][2], before[0][2])


@pytest.mark.parametrize("hidden", [32, 20])
@pytest.mark.parametrize(("until", "counts"), [([1], [5]), ([1, 3], [5, 2]), ([2, 3], [5, 4])])
def test_a_turn_says_what_rows_were_drawn_from(hidden: int, until: list[int], counts: list[int]) -> None:
    """Bit for bit what the state before that step says, whatever others do, and where drawings fill no whole group."""
    tables = TableDecoder(Decoder(samples.shared_weights(hidden)))
    state, temperature, noise = samples.begin(tables.decoder, 5, 3, seed=7)
    places, table = torch.tensor([4, 0, 6, 1, 3]), sized(state, 7)
    put(table, places, state)
    _, before = tables.decoder.advance(state, temperature, noise[: until[0] - 1])
    _, raw = tables.draw(table, places, temperature, noise[: until[-1]], until, counts)
    assert torch.equal(raw, tables.raw(before))


@pytest.mark.parametrize("most", [1, 4, 9])
def test_the_heaviest_components_are_the_mixtures_own(most: int) -> None:
    """Bit for bit those that `mixture` tells, by falling weight; of a mixture that has fewer, all."""
    state, *_ = samples.begin(DECODER, 11, 1, seed=8)
    log_pi, mean, sigma, rho, log_p = DECODER.mixture(state)
    weights, which = log_pi.exp().sort(descending=True)
    which = which[:, :most]
    two = which[..., None].expand(-1, -1, 2)
    expected = [weights[:, :most], mean.gather(1, two), sigma.gather(1, two), rho.gather(1, which), log_p.exp()]
    assert samples.equal(list(TABLES.heaviest(TABLES.raw(state), most)), expected)


def test_compiled_it_draws_the_same() -> None:
    """The service's form of it gives the same rows, and leaves the same states."""
    state, temperature, noise = samples.begin(DECODER, 4, 5, seed=6)
    places, tables = torch.tensor([3, 1, 0, 2]), [sized(state, 4), sized(state, 4)]
    arguments = temperature, noise, [2, 5], [4, 2]
    for table in tables:
        put(table, places, state)
    compiled = cast("TableModule", compiled_on(Decoder(samples.shared_weights()), torch.device("cpu")))
    ours, theirs = TABLES.draw(tables[0], places, *arguments), compiled.draw(tables[1], places, *arguments)
    assert samples.equal(list(ours), list(theirs))
    assert samples.equal(*tables)
    assert samples.equal(list(TABLES.heaviest(ours[1], 3)), list(compiled.heaviest(theirs[1], 3)))
    assert torch.equal(TABLES.raw(state), compiled.raw(state))


def test_drawings_move_to_another_table() -> None:
    """The first rows of the new one are those that are named, in their order, in a larger one and in a smaller."""
    state, *_ = samples.begin(DECODER, 5, 1)
    for rows in (3, 12):
        there = moved(state, rows, torch.tensor([4, 0, 2]))
        assert [len(part) for part in there] == [rows] * len(state)
        assert samples.equal(select(there, torch.arange(3)), select(state, torch.tensor([4, 0, 2])))
