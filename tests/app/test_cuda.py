"""The service on a CUDA device, where there is one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from starlette.testclient import TestClient

from app.application import create_app
from app.settings import Settings
from model.strokes import validate
from tests.app.tiny import serving

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
