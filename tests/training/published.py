"""A decoder in the form that Google published: random weights, and the network run in float64 without our code."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.strokes import START_ROW, Array

Wide = NDArray[np.float64]
HIDDEN, MIXTURES = 6, 3
OUR_RHO = 0.999  # `Mixture` keeps this much away from +-1: the one difference


@dataclass(frozen=True)
class Published:
    """int16 arrays in the file's order: head, its bias, input weights, recurrent weights, bias."""

    arrays: list[NDArray[np.int16]]

    @classmethod
    def random(cls, seed: int = 0) -> "Published":
        rng = np.random.default_rng(seed)
        outputs = 3 + 6 * MIXTURES
        shapes = [(HIDDEN, outputs), (outputs,), (5, 4 * HIDDEN), (HIDDEN, 4 * HIDDEN), (4 * HIDDEN,)]
        return cls([rng.normal(0, 1500, shape).round().astype(np.int16) for shape in shapes])

    def content(self, name: str = "square", scale_factor: float = 80.0) -> list[object]:
        info = {"name": name, "mode": 2, "version": 6, "max_seq_len": 60, "scale_factor": scale_factor}
        texts = [base64.b64encode(array.astype("<i2").tobytes()).decode() for array in self.arrays]
        return [info, [list(array.shape) for array in self.arrays], texts]

    def write(self, path: Path, name: str = "square", scale_factor: float = 80.0) -> Path:
        path.write_text(json.dumps(self.content(name, scale_factor)))
        return path

    def log_likelihood(self, rows: Array, scale: float) -> tuple[Wide, Wide]:
        """(xy [T] in pixels, pen [T]) of stroke-5 rows [T, 5], a step at a time as sketch-rnn's own code runs it."""
        head, head_bias, w_in, w_hidden, bias = (array.astype(np.float64) * 10 / 32767 for array in self.arrays)
        h = c = np.zeros(HIDDEN)
        xy, pen = [], []
        for before, row in zip([START_ROW, *rows[:-1]], rows.astype(np.float64), strict=True):
            read = np.concatenate([before[:2] / scale, before[2:]])
            i, g, f, o = np.split(read @ w_in + h @ w_hidden + bias, 4)
            c = c * _sigmoid(f + 1) + _sigmoid(i) * np.tanh(g)
            h = np.tanh(c) * _sigmoid(o)
            out = h @ head + head_bias
            pen.append(row[2:] @ np.log(_softmax(out[:3])))
            xy.append(np.log(_density(out[3:], row[:2] / scale) / scale**2))
        return np.array(xy), np.array(pen)


def _density(out: Wide, offset: Wide) -> float:
    weights, mean_x, mean_y, sigma_x, sigma_y, rho = np.split(out, 6)
    sigma_x, sigma_y, rho = np.exp(sigma_x), np.exp(sigma_y), OUR_RHO * np.tanh(rho)
    x, y = (offset[0] - mean_x) / sigma_x, (offset[1] - mean_y) / sigma_y
    square = (x**2 + y**2 - 2 * rho * x * y) / (1 - rho**2)
    normal = np.exp(-square / 2) / (2 * np.pi * sigma_x * sigma_y * np.sqrt(1 - rho**2))
    return float(_softmax(weights) @ normal)


def _sigmoid(x: Wide) -> Wide:
    out: Wide = 1 / (1 + np.exp(-x))
    return out


def _softmax(x: Wide) -> Wide:
    e: Wide = np.exp(x - x.max())
    out: Wide = e / e.sum()
    return out
