"""What is asked of the engine."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.engine.steering import TemperatureChange
from model.checkpoint import load_checkpoint
from model.strokes import START_ROW
from tests.app.tiny import request_of


def test_a_request_of_another_seed_is_the_same_but_for_it(checkpoints: Path) -> None:
    """Nothing else of it is lost, whatever there is; a text stood for the other seed."""
    others: dict[str, Any] = {
        "max_points": 9,
        "prefix": Prefix(0, START_ROW[None]),
        "told": object(),
        "changes": (TemperatureChange(3, 0.5),),
        "seed_text": "ada",
    }
    request = replace(request_of(load_checkpoint(checkpoints / "cat"), seed=7), **others)
    defaults = {field.name for field in fields(DrawRequest) if getattr(request, field.name) == field.default}
    assert not defaults, "the test would not notice that it is lost"
    assert request.of_seed(8) == replace(request, seed=8, seed_text=None)
    assert request.of_seed(7) is request
