"""Latent codes of drawings, what lies between two of them, and the contexts that they give.

A code is known by its text (`model.latent`): rounded as that has it, so that whoever has the text draws the same.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.errors import LatentError
from model.latent import from_text, to_text
from model.strokes import Array

PARALLEL = 1e-4  # radians: codes of such an angle, or none, have no arc between them that could be told from a line


@dataclass(frozen=True, slots=True)
class Told:
    """What a network is told of a drawing: the context [1, w], and the latent code in it as text."""

    latent: str
    context: Tensor


def can_encode(checkpoint: Checkpoint) -> bool:
    """Whether a network has the encoder that gives drawings their codes."""
    return hasattr(checkpoint.module, "encode")


@torch.inference_mode()
def code_of(checkpoint: Checkpoint, subject: int, stroke5: Array) -> str:
    """The mean latent code of a subject's drawing [T, 5], end row last. Raises LatentError where nothing encodes it."""
    if not can_encode(checkpoint):
        raise LatentError("this network has no encoder, so drawings have no latent codes")
    rows, length = torch.tensor(stroke5).unsqueeze(0), torch.tensor([len(stroke5)])
    mean, _ = checkpoint.module.encode(rows, length, torch.tensor([subject]))
    return to_text(mean[0].numpy())


@torch.inference_mode()
def told(checkpoint: Checkpoint, subject: int, latent: str) -> Told:
    """What a latent code tells of a drawing of a subject. Raises LatentError for one that is not the network's."""
    code = torch.tensor(from_text(latent, checkpoint.card.latent)).unsqueeze(0)
    return Told(latent, checkpoint.contexts([subject], code))


@torch.inference_mode()
def between(checkpoint: Checkpoint, subjects: tuple[int, int], latents: tuple[str, str], at: float, mix: float) -> Told:
    """The same on the way from one drawing (0) to another (1): its code on the arc, what is the subjects' own mixed.

    `mix`: the share of the second's. At the ends it is that of the drawing there, bit for bit. Raises as `told`.
    """
    first, second = (from_text(latent, checkpoint.card.latent) for latent in latents)
    latent = to_text(on_arc(first, second, at))
    if mix in (0, 1):  # of one alone, as most are: a context takes milliseconds
        return told(checkpoint, subjects[int(mix)], latent)
    one, other = (told(checkpoint, subject, latent).context for subject in subjects)
    return Told(latent, (1 - mix) * one + mix * other)


def on_arc(first: Array, second: Array, at: float) -> Array:
    """The code [Z] at a share of the way: its direction on the great circle, its length in proportion.

    Spherical interpolation after Shoemake, "Animating rotation with quaternion curves" (1985).
    """
    a, b = (np.asarray(code, np.float64) for code in (first, second))
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    product = float(lengths[0] * lengths[1])
    angle = float(np.arccos(np.clip(a @ b / product, -1, 1))) if product else 0.0
    if not PARALLEL < angle < np.pi - PARALLEL:
        return np.asarray((1 - at) * a + at * b, np.float32)
    length = (1 - at) * lengths[0] + at * lengths[1]
    way = np.sin((1 - at) * angle) * a / lengths[0] + np.sin(at * angle) * b / lengths[1]
    return np.asarray(length / np.sin(angle) * way, np.float32)
