"""The service on a CUDA device, where there is one."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient

from app.application import create_app
from app.engine.delivery import Delivery
from app.engine.device import Device
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.scheduling.limits import Limits
from app.engine.slot_runner import SlotRunner
from app.settings import Settings
from model.checkpoint import load_checkpoint
from model.strokes import validate
from tests.app.tiny import alone, request_of, serving

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


def test_it_draws_on_cuda(checkpoints: Path) -> None:
    """Several categories at once, lists, and the rest of a drawing; the same seed again is the same drawing."""

    def ask(client: TestClient, path: str) -> object:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    app = create_app(Settings(checkpoints=checkpoints, device="cuda", threads=1))
    with serving(app) as client, ThreadPoolExecutor(8) as pool:
        paths = [f"/draw/{category}?format=json&seed={seed}" for category in ("cat", "penguin") for seed in range(8)]
        for body in pool.map(lambda path: ask(client, path), paths):
            assert isinstance(body, dict)
            validate(body["stroke5"])
        assert ask(client, paths[0]) == ask(client, paths[0])
        ask(client, "/draw/cat?format=json&count=64")
        answer = client.post("/complete/cat", json={"strokes": [[[0, 0], [40, -60], [80, 0]]], "count": 3})
        assert len(answer.json()["drawings"]) == 3


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    """An engine whose limits are a GPU's."""
    metrics = Metrics()
    limits = Limits.of("cuda", waiting=16384, running=16384)
    engine = Engine(threads=1, limits=limits, deadline=120, metrics=metrics, device=Device(metrics))
    engine.start()
    yield engine
    await asyncio.to_thread(engine.close)


@pytest.mark.anyio
async def test_thousands_are_drawn_at_once(checkpoints: Path, engine: Engine) -> None:
    """16,384 drawings end, each of its own seed; most are the pictures of a CPU, and none depends on company."""
    network = load_checkpoint(checkpoints / "cat", "cuda")
    requests = [request_of(network, seed=seed) for seed in range(16384)]
    drawings = await engine.draw(requests)
    again = await engine.draw(requests[:3])
    for one, other in zip(again, drawings, strict=False):
        np.testing.assert_allclose(one.stroke5, other.stroke5, atol=0.01)
    on_cpu = load_checkpoint(checkpoints / "cat")
    same = 0
    for drawing in drawings[:64]:
        theirs = alone(request_of(on_cpu, seed=drawing.seed)).stroke5
        same += drawing.stroke5.shape == theirs.shape and bool(np.abs(drawing.stroke5 - theirs).max() < 1)
    assert same >= 48


@pytest.mark.anyio
async def test_streams_of_all_paces_end(checkpoints: Path, engine: Engine) -> None:
    """Those that are read as fast as they come, at a pace, and with what each row was drawn from, side by side."""
    network = load_checkpoint(checkpoints / "cat", "cuda")
    deliveries = [Delivery.streamed(), Delivery.streamed(33), Delivery.streamed(belief=True)] * 20

    async def rows(seed: int, delivery: Delivery) -> int:
        [stream] = engine.open([request_of(network, seed=seed)], delivery)
        count = 0
        try:
            while some := len(await stream.read()):
                count += some
                if not delivery.refill:
                    stream.grant(some)
        finally:
            stream.close()
        return count

    counts = await asyncio.wait_for(asyncio.gather(*(rows(i, each) for i, each in enumerate(deliveries))), 60)
    wanted = await engine.draw([request_of(network, seed=seed) for seed in range(len(deliveries))])
    assert np.mean([ours == len(theirs.stroke5) for ours, theirs in zip(counts, wanted, strict=True)]) > 0.9


def test_the_runner_is_the_one_with_slots(checkpoints: Path) -> None:
    """Where a network lies on CUDA."""
    assert isinstance(Device(Metrics())._runner(load_checkpoint(checkpoints / "cat", "cuda")), SlotRunner)
