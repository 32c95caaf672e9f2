"""The network in float64, as a book would have it: what networks and decoders are held against."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.checkpoint import CheckpointModule
from model.linear import restored
from model.weights import Weights

Float = NDArray[np.float64]
Context = tuple[Float, Float, Float, Float]  # bias of the sums, first h, first c, bias of the head: [n, ...] each


def sigmoid(x: Float) -> Float:
    return 1 / (1 + np.exp(-x))


def log_softmax(x: Float) -> Float:
    top = x.max(axis=-1, keepdims=True)
    result: Float = x - top - np.log(np.exp(x - top).sum(axis=-1, keepdims=True))
    return result


@dataclass(frozen=True)
class Textbook:
    """A checkpoint's weights in float64, as a book would have them."""

    mean: Float
    std: Float
    base: Float
    table: Float
    latent: Float
    w_input: Float
    w_hidden: Float
    w_head: Float
    fine_head: bool
    rounds: bool = True  # whether outputs are read in eight bits

    def context(self, subject: Tensor, latent: Tensor) -> Context:
        """Of drawings of subjects [n] with latent codes [n, Z], which are read in steps of 1/4096."""
        sums, hidden = self.w_hidden.shape
        code = np.rint(latent.double().numpy() * 4096) / 4096
        whole = self.base + self.table[subject.numpy()] + code @ self.latent.T
        bias, h, c, head = np.split(whole, [sums, sums + hidden, sums + 2 * hidden], axis=1)
        return bias, h, c, head

    def step(self, h: Float, c: Float, rows: Float, bias: Float) -> tuple[Float, Float]:
        """(h, c) [n, H] after rows [n, 5]."""
        ended = rows[:, 4:]  # what follows counts for nothing, and is read as pen down
        pens = np.concatenate([rows[:, 2:3] + ended, rows[:, 3:4], 0 * ended], axis=1)
        x = np.concatenate([(rows[:, :2] - self.mean) / self.std, pens], axis=1)
        sums = x @ self.w_input.T + self.read(h) @ self.w_hidden.T + bias
        if len(self.w_hidden) == self.w_hidden.shape[1]:
            return np.tanh(sums), c
        i, f, g, o = np.split(sums, 4, axis=1)
        memory = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(memory), memory

    def read(self, h: Float, *, finely: bool = False) -> Float:
        """Outputs as a product reads them: in steps of 1/128, rounded in float32; finely, in steps of 1/16,384."""
        if not self.rounds:
            return h
        steps = np.rint(h.astype(np.float32) * np.float32(128) + np.float32(128))
        read: Float = (np.clip(steps, 0, 255).astype(np.float64) - 128) / 128
        return read + self.read((h - read) * 128) / 128 if finely else read

    def raw(self, h: Float, bias: Float) -> Float:
        """What the head says [n, 3 + 6 K] of outputs h [n, H]."""
        return self.read(h, finely=self.fine_head) @ self.w_head.T + bias


def textbook(weights: Weights, *, rounds: bool = True) -> Textbook:
    """Of weights as a file holds them (`model.weights`)."""
    stored = {name: tensor.double() for name, tensor in weights.items()}
    sums, outputs = len(stored["recurrent.scale"]), len(stored["head.linear.scale"]) // 2
    made = {
        "mean": stored["mean"],
        "std": stored["std"],
        "base": stored["contexts.base"],
        "table": stored["contexts.table"],
        "latent": stored["contexts.latent.integers"] * stored["contexts.latent.scale"].unsqueeze(1),
        "w_input": stored["input.weight"],
        "w_hidden": restored(stored["recurrent.integers"], stored["recurrent.scale"], sums),
        "w_head": restored(stored["head.linear.integers"], stored["head.linear.scale"], outputs),
    }
    arrays = {name: tensor.numpy() for name, tensor in made.items()}
    return Textbook(**arrays, fine_head=bool(stored["head.fine"].any()), rounds=rounds)


def reference(
    book: Textbook, rows: Float, context: Context, states: list[tuple[Float, Float]] | None = None
) -> tuple[Float, Float, list[tuple[Float, Float]]]:
    """`log_prob` in float64, and the states after each row: the article's network, its formulas put right.

    With `states`, those before each row, each step starts from these, and where it leads is only told: the head reads
    these too.
    """
    bias, h, c, head = context
    reached = []
    for t in range(rows.shape[1] - 1):
        h, c = book.step(*(states[t] if states else (h, c)), rows[:, t], bias)
        reached.append((h, c))
    raw = [book.raw(h, head) for h, _ in (states[1:] if states else reached)]
    return *density(np.stack(raw, axis=1), rows, book), reached


def density(raw: Float, rows: Float, book: Textbook) -> tuple[Float, Float]:
    """(xy, pen) [n, T - 1] of rows[:, 1:] by what the head says, component by component."""
    k = (raw.shape[-1] - 3) // 6
    log_p, log_pi = log_softmax(raw[..., :3]), log_softmax(raw[..., 3 : 3 + k])
    target = rows[:, 1:]
    joint = []
    for j in range(k):
        mux, muy, log_sx, log_sy, r = (raw[..., 3 + k + field * k + j] for field in range(5))
        rho = 0.999 * np.tanh(r)
        sx, sy = (np.exp(np.clip(s, -5, 5)) for s in (log_sx, log_sy))
        x = (target[..., 0] - book.mean[0]) / book.std[0] - mux
        y = (target[..., 1] - book.mean[1]) / book.std[1] - muy
        square = (x / sx) ** 2 + (y / sy) ** 2 - 2 * rho * x * y / (sx * sy)
        norm = 2 * np.pi * sx * sy * np.sqrt(1 - rho**2)
        joint.append(log_pi[..., j] - square / (2 * (1 - rho**2)) - np.log(norm))
    xy = np.logaddexp.reduce(joint, axis=0) - np.log(book.std).sum()  # a density over pixels
    before, here = rows[:, :-1, 4] == 1, target[..., 4] == 1
    pen = (log_p * target[..., 2:]).sum(axis=-1)
    return np.where(here, 0, xy), np.where(before, 0, pen)


def states_of(module: CheckpointModule, rows: Tensor, context: Tensor) -> list[tuple[Float, Float]]:
    """Where a decoder is led along given drawings [n, T, 5], the start token first: (h, c) before each row."""
    state = module.begin(context)
    states = [state]
    for t in range(1, rows.size(1)):
        state = module.read(state, rows[:, t : t + 1], torch.ones(len(rows), dtype=torch.long))
        states.append(state)
    return [(h.double().numpy(), twice_c.double().numpy() / 2) for _, h, twice_c, *_ in states]
