"""A drawing decoded step by step, with what the network believed before each of its rows."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model.checkpoint import Checkpoint
from model.noise import noise
from model.strokes import END_ROW, START_ROW, Array


@dataclass(frozen=True)
class Prediction:
    """What is believed of the next row at T = 1: K bivariate normals over the move, in pixels, and the pen."""

    weight: NDArray[np.float64]  # [K]
    mean: NDArray[np.float64]  # [K, 2]
    sigma: NDArray[np.float64]  # [K, 2]
    rho: NDArray[np.float64]  # [K]
    pen: NDArray[np.float64]  # [3]: stays down, lifts, ends

    def density(self, moves: NDArray[np.float64], blur: float = 0.0) -> NDArray[np.float64]:
        """The density at moves [..., 2], per square pixel; `blur` is the standard deviation of what looks at it."""
        covariance = self.rho * self.sigma[:, 0] * self.sigma[:, 1]
        xx, yy = self.sigma[:, 0] ** 2 + blur**2, self.sigma[:, 1] ** 2 + blur**2
        determinant = xx * yy - covariance**2
        x, y = np.moveaxis(moves[..., None, :] - self.mean, -1, 0)
        square = (yy * x * x - 2 * covariance * x * y + xx * y * y) / determinant
        normals = np.exp(-0.5 * square) / (2 * np.pi * np.sqrt(determinant))
        return np.asarray(normals @ self.weight)


@torch.inference_mode()
def trace(checkpoint: Checkpoint, seed: int, *, temp_xy: float, temp_p: float) -> tuple[Array, list[Prediction]]:
    """(rows [T, 5], the belief before each): the drawing that `model.decode.draw` makes of the same seed."""
    module = checkpoint.module
    h, c = module.start(1)
    row, temperature = torch.from_numpy(START_ROW)[None], torch.tensor([[temp_xy, temp_p]], dtype=torch.float32)
    rows, predictions = [], []
    for step in range(checkpoint.card.max_points):
        row, h, c = module.step(row, h, c, temperature, torch.from_numpy(noise([seed], step, 1))[0])
        ended = bool(row[0, 4] == 1)
        rows.append(END_ROW if ended else row[0].numpy())
        log_pi, mean, sigma, rho, log_p = (part[0].double().numpy() for part in module.mixture(h))
        predictions.append(Prediction(np.exp(log_pi), mean, sigma, rho, np.exp(log_p)))
        if ended:
            break
    return np.stack(rows), predictions
