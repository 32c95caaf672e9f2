import json
import time
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

import numpy as np
import pytest
import torch

from app.engine.slot_runner import SlotRunner
from app.routes import service
from benchmarks import fast_device
from benchmarks.fast_device import DRAWINGS, POINTS, STEP_SECONDS, TURN_SECONDS, Playback, PlaybackDecoder
from benchmarks.served import served
from benchmarks.streaming import engine_rate
from model.checkpoint import Checkpoint
from model.device import graph
from tests.app.tiny import write_checkpoint


class Network:
    """As much of a loaded network as a runner asks for before it draws."""

    def __init__(self) -> None:
        self.module = self


@pytest.fixture
def for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process pretends no more afterwards."""
    for module, name in ((graph, "step_of"), (graph, "GraphDecoder"), (service, "Engine")):
        monkeypatch.setattr(module, name, getattr(module, name))


@pytest.mark.usefixtures("for_now")
def test_runners_draw_by_it() -> None:
    """Once the process pretends, whatever number of slots a runner takes is played back."""
    fast_device.pretend()
    runner = SlotRunner(cast("Checkpoint", Network()))
    assert isinstance(runner._decoders.of(64), PlaybackDecoder)
    assert vars(service)["Engine"] is fast_device.fast_engine


def test_a_drawing_goes_on_where_it_was() -> None:
    """Each slot has the next rows of the drawing of its seed, and a turn takes as long as a card's."""
    playback = Playback(cast("Checkpoint", None))
    decoder = PlaybackDecoder(playback, slots=8)
    decoder.orders.seed[:3], decoder.orders.step[:3] = (5, DRAWINGS + 5, 6), (0, 10, 4)
    decoder.orders.stop[:3] = decoder.orders.step[:3] + 16
    began = time.monotonic()
    rows = decoder.draw(16).rows()
    assert time.monotonic() - began >= TURN_SECONDS + 16 * STEP_SECONDS
    assert rows.shape == (8, 16, 5)
    assert np.array_equal(rows[0], playback.rows[5, :16])
    assert np.array_equal(rows[1], playback.rows[5, 10:26])
    assert np.array_equal(rows[2], playback.rows[6, 4:20])


def test_every_drawing_ends() -> None:
    """Rows are one-hot in the pen, and each drawing has an end row within what is played back."""
    rows = Playback(cast("Checkpoint", None)).rows
    assert (rows[..., 2:].sum(-1) == 1).all()
    assert (rows[:, POINTS - 17, 4] == 1).all()


def test_states_are_kept_by_slot() -> None:
    """A drawing that leaves its slot has the state that it came with."""
    decoder = PlaybackDecoder(Playback(cast("Checkpoint", None)), slots=8)
    decoder.put([2, 5], [torch.tensor([[1.0], [2.0]])])
    assert decoder.take([5])[0].tolist() == [[2.0]]


@pytest.mark.usefixtures("for_now")
def test_the_engine_alone_draws_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service with this device is compared with has the same device: its drawings are those played back."""
    drawn: list[int] = []
    draw = PlaybackDecoder.draw

    def count(decoder: PlaybackDecoder, steps: int) -> PlaybackDecoder:
        drawn.append(steps)
        return draw(decoder, steps)

    monkeypatch.setattr(PlaybackDecoder, "draw", count)
    folder = write_checkpoint(tmp_path, "penguin", max_points=200)
    rate, cost = engine_rate(folder, "cpu", 1, 2, 0.1, fast_device.fast_engine)
    assert drawn
    assert rate > 0
    assert cost > 0


@pytest.mark.slow
def test_its_service_plays_back(tmp_path: Path) -> None:
    """As a process of its own it answers with the drawing of the seed that is played back."""
    folder = write_checkpoint(tmp_path, "penguin", max_points=200)
    settings: dict[str, Any] = {"threads": 1, "device": "cpu", "preload": 0, "pool_size": 0}
    with (
        served(folder.parent, program="benchmarks.fast_device", **settings) as running,
        urlopen(f"http://{running.host}/draw/penguin?seed=5&format=json") as answer,
    ):
        rows = json.loads(answer.read())["stroke5"]
    played = Playback(cast("Checkpoint", None)).rows[5]
    ended = int(played[:, 4].argmax())
    pens = [row[2:] for row in rows]
    assert pens[-ended - 1 :] == played[: ended + 1, 2:].tolist()
