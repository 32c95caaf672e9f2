"""A drawing decoded step by step, with what the network believed before each of its rows."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model.density.noise import noise
from model.strokes import END_ROW, Array
from training.score.subject import Subject


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
def trace(subject: Subject, seed: int, *, temp_xy: float, temp_p: float) -> tuple[Array, list[Prediction]]:
    """(rows [T, 5], the belief before each): the drawing that `model.drawing.draw` makes of the same seed."""
    module = subject.checkpoint.module
    state = subject.checkpoint.begin([subject.number])
    temperature = torch.tensor([[temp_xy, temp_p]], dtype=torch.float32)
    rows, predictions = [], []
    for step in range(subject.card.max_points):
        log_pi, mean, sigma, rho, log_p = (part[0].double().numpy() for part in module.mixture(state))
        predictions.append(Prediction(np.exp(log_pi), mean, sigma, rho, np.exp(log_p)))
        drawn, state = module.advance(state, temperature, torch.from_numpy(noise([seed], step, 1)))
        ended = bool(drawn[0, 0, 4] == 1)
        rows.append(END_ROW if ended else drawn[0, 0].numpy())
        if ended:
            break
    return np.stack(rows), predictions
