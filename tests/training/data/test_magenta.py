import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from model.checkpoint import load_checkpoint
from model.drawing import draw
from model.saving import save_checkpoint
from model.strokes import START_ROW
from model.weights import stored
from tests.training import networks, shapes
from tests.training.published import HIDDEN, MIXTURES, Published
from training.data.magenta import read_magenta, to_network
from training.errors import DataError


@pytest.mark.parametrize("seed", range(3))
def test_it_believes_what_googles_network_believes(tmp_path: Path, seed: int) -> None:
    """Densities agree with sketch-rnn's equations in float64: gates, forget bias, head, scale are all in place."""
    published = Published.random(seed)
    network = to_network(read_magenta(published.write(tmp_path / "x.gen.json")), scale=30.0)
    for drawing in shapes.drawings("zigzag", 4, seed):
        xy, pen = published.log_likelihood(drawing, 30.0)
        with torch.no_grad():
            ours = network.log_likelihood(torch.from_numpy(np.concatenate([START_ROW[None], drawing]))[None])
        np.testing.assert_allclose(ours[0][0, :-1], xy[:-1], atol=2e-4, rtol=2e-5)
        np.testing.assert_allclose(ours[1][0], pen, atol=2e-5)


def test_it_draws(tmp_path: Path) -> None:
    """The network becomes a decoder that draws, in pixels of the scale that was asked for."""
    magenta = read_magenta(Published.random().write(tmp_path / "x.gen.json"))
    spread = []
    for scale in (10.0, 40.0):
        card = networks.card("square", hidden=HIDDEN, mixtures=MIXTURES)
        save_checkpoint(tmp_path / f"{scale}", stored(to_network(magenta, scale)), card)
        drawn = draw(load_checkpoint(tmp_path / f"{scale}"), range(64), temp_xy=1, temp_p=1, max_points=4)
        spread.append(np.concatenate([drawing.stroke5[:, :2] for drawing in drawn]).std())
    assert spread[1] > 2 * spread[0]
    assert magenta.config.hidden == HIDDEN
    assert magenta.config.mixtures == MIXTURES


def change(place: int, value: Callable[[Any], Any]) -> Callable[[list[Any]], object]:
    return lambda content: [*content[:place], value(content[place]), *content[place + 1 :]]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda content: {"a": 1}, "not a sketch-rnn decoder"),
        (lambda content: content[:2], "not a sketch-rnn decoder"),
        (change(0, lambda info: {**info, "scale_factor": 0}), "scale_factor"),
        (change(0, lambda info: {"name": "cat"}), "scale_factor"),
        (change(1, lambda shapes: [*shapes, [3]]), "has 5"),
        (change(2, lambda arrays: arrays * 2), "holds 10 arrays"),
        (change(1, lambda shapes: [[-6, -21], *shapes[1:]]), "no sketch-rnn decoder's"),
        (change(1, lambda shapes: [[], *shapes[1:]]), "no sketch-rnn decoder's"),
        (change(1, lambda shapes: shapes[::-1]), "no sketch-rnn decoder's"),
        (change(2, lambda arrays: [*arrays[:4], arrays[0]]), "array 5 has 252 bytes"),
        (change(2, lambda arrays: ["?", *arrays[1:]]), "array 1 has 0 bytes"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, broken: Callable[[list[Any]], object], message: str) -> None:
    """The error names the file and what is wrong with it."""
    path = tmp_path / "x.gen.json"
    path.write_text(json.dumps(broken(Published.random().content())))
    with pytest.raises(DataError, match=rf"(?i)x\.gen\.json.*{message}"):
        read_magenta(path)


def test_cut_off_and_absent_files_are_refused(tmp_path: Path) -> None:
    """Neither ends in a traceback."""
    path = Published.random().write(tmp_path / "x.gen.json")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="not a sketch-rnn decoder"):
        read_magenta(path)
    with pytest.raises(DataError, match=r"gone\.gen\.json"):
        read_magenta(tmp_path / "gone.gen.json")
