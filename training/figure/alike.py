"""Figures of latent codes: likenesses by closeness, a plane of codes, and ways between drawings."""

from pathlib import Path

import numpy as np
import torch

from model.alike.codes import code_of, on_arc, told
from model.drawing import draw
from model.latent import from_text, to_text
from model.strokes import Array
from training.figure.grid import grid
from training.figure.request import Request
from training.figure.style import save
from training.score.likeness import Original, likenesses
from training.score.sampling import sample_drawings
from training.score.subject import Subject
from training.score.way import walk

CLOSENESS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0)
GIVEN = 6
SIDE = 7  # of the plane
STEPS = 8
WAYS = (
    ("cat", "cat"), ("cat", "dog"), ("dog", "dog"), ("cat", "lion"), ("bear", "panda"),
    ("bird", "owl"), ("fish", "whale"), ("snail", "spider"), ("flower", "sun"), ("tree", "mushroom"),
    ("house", "house"), ("house", "castle"), ("car", "bus"), ("bicycle", "bicycle"), ("sailboat", "sailboat"),
    ("apple", "pear"), ("umbrella", "mushroom"), ("clock", "face"), ("guitar", "violin"), ("chair", "chair"),
)  # fmt: skip


def alike(request: Request, path: Path) -> None:
    """Real drawings, and likenesses of each by closeness."""
    subject = request.coded(request.category)
    short = [drawing for drawing in request.real if 2 < len(drawing) <= subject.card.max_points]
    picked = np.random.default_rng(request.seed).permutation(len(short))[:GIVEN]
    originals = [Original(subject, short[i], 0) for i in picked]
    columns = [likenesses(originals, each, request.seed + 100 * i) for i, each in enumerate(CLOSENESS)]
    rows = [("", [original.stroke5, *(column[i] for column in columns)]) for i, original in enumerate(originals)]
    note = "left: drawn by people; then likenesses at closeness 0, 0.25, 0.5, 0.75 and three at 1"
    save(grid(f"{subject.card.name}, like these", note, rows, labels=0), path, brief=True)


def plane(request: Request, path: Path) -> None:
    """Four real drawings' codes at the corners, and what is drawn by the codes between them."""
    subject = request.coded(request.category)
    short = [drawing for drawing in request.real if 2 < len(drawing) <= subject.card.max_points]
    picked = np.random.default_rng(request.seed).permutation(len(short))[:4]
    latent = subject.checkpoint.card.latent
    corners = [from_text(code_of(subject.checkpoint, subject.number, short[i]), latent) for i in picked]
    shares = np.linspace(0, 1, SIDE)
    codes = [
        on_arc(on_arc(corners[0], corners[1], across), on_arc(corners[2], corners[3], across), down)
        for down in shares
        for across in shares
    ]
    drawn = _by_codes(subject, codes, request.seed)
    rows = [("", drawn[i : i + SIDE]) for i in range(0, len(drawn), SIDE)]
    note = "codes of four people's drawings at the corners; every drawing by the same random numbers"
    save(grid(f"{subject.card.name}, a plane of latent codes", note, rows, labels=0), path, brief=True)


def ways(request: Request, path: Path) -> None:
    """Twenty strips between drawings of ours, within categories and across; of fewer categories fewer."""
    pairs = [names for names in WAYS if all(map(request.has_coded, names))] or [(request.category,) * 2]
    rows: list[tuple[str, list[Array]]] = []
    for i, names in enumerate(pairs):
        one, other = (request.coded(name) for name in names)
        ends = [Original(end, _own(end, request.seed + 2 * i + j), 0) for j, end in enumerate((one, other))]
        rows.append((f"{names[0]}\nto {names[1]}", walk((ends[0], ends[1]), STEPS, request.seed)))
    note = "the first and the last are likenesses of drawings of ours; nobody chose among the strips"
    save(grid("Half this and half that", note, rows, labels=1.3), path, brief=True)


def _by_codes(subject: Subject, codes: list[Array], seed: int) -> list[Array]:
    """A drawing by each code, all from one seed."""
    network, card = subject.checkpoint, subject.card
    contexts = torch.cat([told(network, subject.number, to_text(code)).context for code in codes])
    drawings = draw(
        network,
        [seed] * len(codes),
        temp_xy=card.temp_xy,
        temp_p=card.temp_p,
        max_points=card.max_points,
        contexts=contexts,
    )
    return [drawing.stroke5 for drawing in drawings]


def _own(subject: Subject, seed: int) -> Array:
    """The rows of a drawing of ours."""
    card = subject.card
    return sample_drawings(subject, [seed], temp_xy=card.temp_xy, temp_p=card.temp_p)[0].stroke5
