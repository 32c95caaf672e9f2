"""What a network believes, from the engine to the client."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient

from app.engine.belief import COMPONENTS, Belief, beliefs
from model.checkpoint import Checkpoint, load_checkpoint
from model.density.noise import noise
from tests.app.routes.test_events import events, rows
from tests.app.routes.test_socket import drawing, open_, whole
from tests.app.tiny import client_of


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> Checkpoint:
    return load_checkpoint(checkpoints / "cat")


@torch.inference_mode()
def slowly(checkpoint: Checkpoint, seed: int, steps: int) -> list[Belief]:
    """What the plain contract says: step by step, and what is believed before each."""
    state, card = checkpoint.begin([0]), checkpoint.card.subject
    temperature = torch.tensor([[card.temp_xy, card.temp_p]])
    found = []
    for random in torch.from_numpy(noise([seed], 0, steps)):
        found += beliefs(checkpoint.tables, checkpoint.tables.raw(state))
        _, state = checkpoint.module.advance(state, temperature, random[None])
    return found


@contextmanager
def watched(client: TestClient, path: str) -> Iterator[tuple[list[list[float]], list[Any]]]:
    """The rows of a live drawing, and the belief that came with each."""
    with open_(client, f"{path}&belief=true") as session:
        assert session.receive_json()["type"] == "start"
        drawn: list[list[float]] = []
        believed: list[Any] = []
        while (message := session.receive_json())["type"] == "points":
            assert len(message["stroke5"]) == len(message["belief"])
            drawn += message["stroke5"]
            believed += message["belief"]
        yield drawn, believed


def test_the_heaviest_components_are_told(cat: Checkpoint) -> None:
    """They are the mixture's own, by falling weight; the odds of the pen sum to one."""
    state = cat.begin([0, 0])
    log_pi, mean, sigma, rho, log_p = (part.numpy() for part in cat.module.mixture(state))
    for i, belief in enumerate(beliefs(cat.tables, cat.tables.raw(state))):
        order = np.argsort(-log_pi[i])[:COMPONENTS]
        assert np.allclose(belief.pi, np.exp(log_pi[i][order]))
        assert np.array_equal(belief.mean, mean[i][order])
        assert np.array_equal(belief.sigma, sigma[i][order])
        assert np.array_equal(belief.rho, rho[i][order])
        assert np.allclose(belief.pen, np.exp(log_p[i]))
        assert belief.pen.sum() == pytest.approx(1)


def test_units(cat: Checkpoint) -> None:
    """Lengths are told in the client's units; what is no length stays."""
    [belief] = beliefs(cat.tables, cat.tables.raw(cat.begin([0])))
    told = json.loads(belief.json(2.0))
    assert np.allclose(np.array(told["mean"]) * 2, belief.mean)
    assert np.allclose(np.array(told["sigma"]) * 2, belief.sigma)
    assert np.allclose(told["pi"], belief.pi)
    assert np.allclose(told["rho"], belief.rho)
    assert np.allclose(told["pen"], belief.pen)


@pytest.mark.parametrize("pace", ["", "&pace=1000"])
def test_watching_changes_nothing(client: TestClient, pace: str) -> None:
    """The same seed draws the same, bit for bit, with and without belief, at a pace or as fast as it comes."""
    for seed in range(6):
        with watched(client, f"cat?seed={seed}{pace}") as (drawn, _):
            assert drawn == whole(client, f"cat?seed={seed}")["stroke5"]


def test_each_row_comes_with_what_it_was_drawn_from(client: TestClient, cat: Checkpoint) -> None:
    """Row by row it is what the contract says; an end that was cut was not drawn, and has none."""
    ends = set()
    for seed in range(8):
        with watched(client, f"cat?seed={seed}") as (drawn, believed):
            cut = believed[-1] is None
            told = believed[:-1] if cut else believed
            assert cut == (not whole(client, f"cat?seed={seed}")["ended"])
            ends.add(cut)
            assert None not in told
            for ours, theirs in zip(told, slowly(cat, seed, len(told)), strict=True):
                assert np.allclose(ours["mean"], theirs.mean, atol=1e-4)
                assert np.allclose(ours["pen"], theirs.pen, atol=1e-6)
            assert len(drawn) == len(believed)
    assert ends == {True, False}, "all end alike; the test shows less than it says"


def test_who_does_not_ask_is_told_nothing(client: TestClient) -> None:
    """Without the parameter no message has the key."""
    with open_(client, "cat?seed=1") as session:
        while (message := session.receive_json())["type"] != "end":
            assert "belief" not in message


def test_events_carry_it_too(client: TestClient) -> None:
    """The stream takes the same parameter."""
    messages = events(client.get("/draw/cat/stream?seed=3&belief=true").text)
    assert rows(messages) == whole(client, "cat?seed=3")["stroke5"]
    assert all(len(message["belief"]) == len(message["stroke5"]) for message in messages if "stroke5" in message)


def test_a_given_beginning_is_believed_in_its_own_units(client: TestClient) -> None:
    """Ten times the units, ten times the means; what is drawn scales alike."""
    told = []
    for times in (1, 10):
        with open_(client, "cat?wait=true") as session:
            strokes = [[[0, 0], [40 * times, -60 * times], [80 * times, 0]]]
            ask = {"type": "draw", "strokes": strokes, "size": 255 * times, "seed": 4, "belief": True}
            session.send_json(ask)
            assert session.receive_json()["type"] == "start"
            told.append(session.receive_json()["belief"][0])
    assert np.allclose(np.array(told[0]["mean"]) * 10, told[1]["mean"], rtol=1e-4, atol=1e-3)
    assert np.allclose(told[0]["pi"], told[1]["pi"], atol=1e-5)


def test_company_is_unharmed(checkpoints: Path) -> None:
    """Drawings that nobody watches think beside some that are watched, and all are what they are alone."""

    async def together(client: TestClient) -> list[list[list[float]]]:
        paths = [f"/draw/cat/stream?seed={seed}&belief={bool(seed % 2)}" for seed in range(10)]
        answers = await asyncio.gather(*(asyncio.to_thread(client.get, path) for path in paths))
        return [rows(events(answer.text)) for answer in answers]

    with client_of(checkpoints) as client:
        for seed, drawn in enumerate(asyncio.run(together(client))):
            assert drawn == whole(client, f"cat?seed={seed}")["stroke5"]


def test_another_drawing_need_not_be_watched(client: TestClient) -> None:
    """Belief is asked for drawing by drawing."""
    with open_(client, "cat?seed=1&belief=true") as session:
        while (message := session.receive_json())["type"] != "end":
            assert message["type"] == "start" or "belief" in message
        session.send_json({"type": "draw", "seed": 2})
        assert drawing(session)[1] == whole(client, "cat?seed=2")["stroke5"]
