"""The network in float64, as a book would have it: what decoders are held against."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model.checkpoint import CheckpointModule

Float = NDArray[np.float64]


def sigmoid(x: Float) -> Float:
    return 1 / (1 + np.exp(-x))


def log_softmax(x: Float) -> Float:
    top = x.max(axis=-1, keepdims=True)
    result: Float = x - top - np.log(np.exp(x - top).sum(axis=-1, keepdims=True))
    return result


@dataclass(frozen=True)
class Textbook:
    """A checkpoint's tensors in float64, as a book would have them: of each layer w_input, w_hidden and bias."""

    mean: Float
    std: Float
    h0: Float
    c0: Float
    layers: list[tuple[Float, Float, Float]]
    w_head: Float
    b_head: Float
    eight_bits: bool

    def turn(self, h: Float, c: Float, rows: Float, read: Float | None = None) -> tuple[Float, Float]:
        """(h, c) [n, L H] of all layers after rows [n, 5]; `read`: the h that upper layers read, if not the result."""
        size = self.w_head.shape[1]
        ended = rows[:, 4:]  # what follows counts for nothing, and is read as pen down
        pens = np.concatenate([rows[:, 2:3] + ended, rows[:, 3:4], 0 * ended], axis=1)
        below = np.concatenate([(rows[:, :2] - self.mean) / self.std, pens], axis=1)
        outputs, memories = [], []
        for i, (w_input, w_hidden, bias) in enumerate(self.layers):
            its_h, its_c = (state[:, i * size : (i + 1) * size] for state in (h, c))
            sums = below @ w_input.T + self.read(its_h) @ w_hidden.T + bias
            if len(bias) == size:
                output, memory = np.tanh(sums), its_c
            else:
                i_gate, f, g, o = np.split(sums, 4, axis=1)
                memory = sigmoid(f) * its_c + sigmoid(i_gate) * np.tanh(g)
                output = sigmoid(o) * np.tanh(memory)
            outputs.append(output)
            memories.append(memory)
            below = self.read(output if read is None else read[:, i * size : (i + 1) * size])
        return np.concatenate(outputs, axis=1), np.concatenate(memories, axis=1)

    def read(self, h: Float) -> Float:
        """Outputs as a recurrence reads them: in steps of 1/128, rounded in float32, if it is one of eight bits."""
        if not self.eight_bits:
            return h
        steps = np.rint(h.astype(np.float32) * np.float32(128) + np.float32(128))
        read: Float = (np.clip(steps, 0, 255).astype(np.float64) - 128) / 128
        return read


def textbook(module: CheckpointModule) -> Textbook:
    """A checkpoint's tensors, those of what goes before a tanh halved: they are stored twice."""
    stored = {name: buffer.double().numpy() for name, buffer in module.named_buffers()}
    count, eight_bits = 1 + len(stored["above"]), "head.product.integers" in stored
    size = len(stored["h0"]) // count

    def matrix_of(name: str) -> Float:
        matrix: Float = (
            stored[f"{name}.integers"] * stored[f"{name}.scale"][:, None] if eight_bits else stored[f"{name}.matrix"]
        )
        return matrix

    layers = []
    for i in range(count):
        matrix = matrix_of(f"products.{i}")
        w_input, bias = stored["entry.w_input"], stored["entry.bias"]
        if i:
            matrix, w_input, bias = matrix[:, :size], matrix[:, size:], stored["above"][i - 1]
        halved = np.ones(len(bias))
        halved[slice(2 * size, 3 * size) if len(bias) > size else slice(None)] = 0.5
        layers.append((w_input * halved[:, None], matrix * halved[:, None], bias * halved))
    places = stored["head.places"].astype(int)
    digits = matrix_of("head.product").reshape(-1, len(stored["head.bias"]), size).sum(0)
    w_head, b_head = digits[places], stored["head.bias"][places]
    mean, std, h0, c0 = (stored[name] for name in ("mean", "std", "h0", "c0"))
    return Textbook(mean, std, h0, c0, layers, w_head, b_head, eight_bits)


def reference(
    weights: Textbook, rows: Float, states: list[tuple[Float, Float]] | None = None
) -> tuple[Float, Float, list[tuple[Float, Float]]]:
    """`log_prob` in float64, and the states after each row: the article's network, its formulas put right.

    With `states`, those before each row and after the last but one, each turn starts from these, and where it leads is
    only told: the head reads these too.
    """
    h, c = np.tile(weights.h0, (len(rows), 1)), np.tile(weights.c0, (len(rows), 1))
    reached = []
    for t in range(rows.shape[1] - 1):
        h, c = weights.turn(*states[t], rows[:, t], states[t + 1][0]) if states else weights.turn(h, c, rows[:, t])
        reached.append((h, c))
    hidden = np.stack([h[:, -weights.w_head.shape[1] :] for h, _ in (states[1:] if states else reached)], axis=1)
    return *density(weights.read(hidden) @ weights.w_head.T + weights.b_head, rows, weights), reached


def density(raw: Float, rows: Float, weights: Textbook) -> tuple[Float, Float]:
    """(xy, pen) [n, T - 1] of rows[:, 1:] by what the head says, component by component."""
    k = (raw.shape[-1] - 3) // 6
    log_p, log_pi = log_softmax(raw[..., :3]), log_softmax(raw[..., 3 : 3 + k])
    target = rows[:, 1:]
    joint = []
    for j in range(k):
        mux, muy, log_sx, log_sy, r = (raw[..., 3 + k + field * k + j] for field in range(5))
        rho = 0.999 * np.tanh(r)
        sx, sy = (np.exp(np.clip(s, -5, 5)) for s in (log_sx, log_sy))
        x = (target[..., 0] - weights.mean[0]) / weights.std[0] - mux
        y = (target[..., 1] - weights.mean[1]) / weights.std[1] - muy
        square = (x / sx) ** 2 + (y / sy) ** 2 - 2 * rho * x * y / (sx * sy)
        norm = 2 * np.pi * sx * sy * np.sqrt(1 - rho**2)
        joint.append(log_pi[..., j] - square / (2 * (1 - rho**2)) - np.log(norm))
    xy = np.logaddexp.reduce(joint, axis=0) - np.log(weights.std).sum()  # a density over pixels
    before, here = rows[:, :-1, 4] == 1, target[..., 4] == 1
    pen = (log_p * target[..., 2:]).sum(axis=-1)
    return np.where(here, 0, xy), np.where(before, 0, pen)


def states_of(module: CheckpointModule, rows: torch.Tensor) -> list[tuple[Float, Float]]:
    """Where `step` leads along given drawings [n, T, 5]: (h, c) before each row, and after the last but one."""
    h, c = module.start(len(rows))
    states = [(h, c)]
    for t in range(rows.size(1) - 1):
        _, h, c = module.step(rows[:, t], h, c, torch.ones(len(rows), 2), torch.zeros(len(rows), 4))
        states.append((h, c))
    return [(h.double().numpy(), c.double().numpy()) for h, c in states]
