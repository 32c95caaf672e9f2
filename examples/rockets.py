"""Fifty SVG drawings of a rocket, no two alike: stands in for a folder of your own drawings (docs/your-own.md).

    python examples/rockets.py rocket

There is no rocket among the 345 categories of Quick, Draw!. These are made by a program, not by people: proportions,
lean, what is there at all, the order and direction of the lines, and the unsteadiness of the hand are drawn at random.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.printing import reason_of
from model.strokes import Array, from_polylines, to_polylines
from training import values

Points = NDArray[np.float64]  # [m, 2], y down, the body's middle at the origin and its height about 2

SIZE = 150.0  # pixels of half a body
STEP = 0.03  # distance of the points along a line, before the hand is unsteady
SWAY = 0.6  # length over which the hand strays and comes back


def main() -> None:
    """Write the drawings as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the SVG files go")
    parser.add_argument("--count", type=values.count, default=50)
    parser.add_argument("--seed", type=values.seed, default=0)
    args = parser.parse_args()
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        for i in range(args.count):
            strokes = rocket(np.random.default_rng([args.seed, i]))
            (args.folder / f"rocket-{i:03}.svg").write_text(svg(to_polylines(from_polylines(strokes))))
    except OSError as error:
        sys.exit(f"error: {reason_of(error)}")


def svg(strokes: list[Array]) -> str:
    """A file as a drawing program writes it: a path for each stroke."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0) - 4, np.ptp(points, axis=0) + 8
    lines = (" L".join(f"{x:.1f} {y:.1f}" for x, y in stroke) for stroke in strokes)
    paths = "".join(f'<path d="M{line}"/>' for line in lines)
    box = " ".join(f"{number:.1f}" for number in (*low, *size))
    ink = f'<g fill="none" stroke="black" stroke-width="3">{paths}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{ink}</svg>'


def rocket(rng: np.random.Generator) -> list[Points]:
    """The strokes [m, 2] of one drawing, in pixels, in the order in which they are drawn."""
    half, taper = rng.uniform(0.3, 0.45), rng.uniform(0.65, 1.0)  # of the body's width; foot over waist
    shoulder = rng.uniform(-0.45, -0.2)  # where the nose begins
    parts: list[Callable[[], list[ArrayLike]]] = [lambda: _fins(rng, half, taper)]
    if rng.random() < 0.9:
        parts.append(lambda: _windows(rng, half, shoulder))
    if rng.random() < 0.6:
        parts.append(lambda: [[(-half, shoulder), (0, shoulder + rng.uniform(0, 0.1)), (half, shoulder)]])
    if rng.random() < 0.85:
        parts.append(lambda: _flame(rng, half * taper))
    order = rng.permutation(len(parts)) if rng.random() < 0.4 else range(len(parts))
    outlines = _body(rng, half, taper, shoulder) + [line for i in order for line in parts[i]()]
    return _by_hand(rng, outlines)


def _body(rng: np.random.Generator, half: float, taper: float, shoulder: float) -> list[ArrayLike]:
    """Up one side, over the nose, down the other, and the base; some in one line, some in two."""
    foot = half * taper
    side = np.array([(-foot, 1.0), (-half, 0.35), (-half, shoulder)])
    height = np.linspace(0, 1, 9)[1:]
    bulge = rng.uniform(1.3, 2.0)  # 1 would be a straight nose
    nose = np.stack([-half * (1 - height**bulge), shoulder - height * (1 + shoulder)], axis=1)
    left = np.concatenate([side, nose])
    outline = np.concatenate([left, left[-2::-1] * (-1, 1)])
    base = np.array([(foot, 1.0), (-foot, 1.0)])
    return [np.concatenate([outline, base[1:]])] if rng.random() < 0.6 else [outline, base]


def _fins(rng: np.random.Generator, half: float, taper: float) -> list[ArrayLike]:
    reach, top, drop = rng.uniform(0.25, 0.5), rng.uniform(0.25, 0.55), rng.uniform(0.0, 0.35)
    fin = np.array([(half, top), (half + reach, 0.8 + drop / 2), (half + reach, 1 + drop), (half * taper, 0.95)])
    return [fin * (-1, 1), fin]


def _windows(rng: np.random.Generator, half: float, shoulder: float) -> list[ArrayLike]:
    """One round window or two, each begun at the top, often not quite closed or closed twice."""
    count, radius = (1, half * rng.uniform(0.4, 0.6)) if rng.random() < 0.65 else (2, half * rng.uniform(0.28, 0.38))
    turn = np.linspace(0, 2 * np.pi + rng.uniform(-0.2, 0.5), 25)
    circle = radius * np.stack([-np.sin(turn), -np.cos(turn)], axis=1)
    top = shoulder + radius + rng.uniform(0.15, 0.3)
    return [circle + np.array([0, top + i * 2.8 * radius]) for i in range(count)]


def _flame(rng: np.random.Generator, foot: float) -> list[ArrayLike]:
    """A zigzag of tongues under the body, the middle one the longest."""
    tongues = int(rng.choice([1, 2, 3]))
    across = np.linspace(-0.8, 0.8, 2 * tongues + 1) * foot
    down = np.where(np.arange(len(across)) % 2, rng.uniform(0.35, 0.7), rng.uniform(0.1, 0.2))
    down[[0, -1]] = 0.03
    down *= 1 - 0.5 * np.abs(across) / foot
    return [np.stack([across, 1 + down], axis=1)]


def _by_hand(rng: np.random.Generator, outlines: list[ArrayLike]) -> list[Points]:
    """Outlines as a hand would draw them: leaning, out of proportion, each line unsteady and a little out of place."""
    lean, shear = rng.normal(0, 0.12), rng.normal(0, 0.06)
    turned = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]]) @ [[1, 0], [shear, 1]]
    turned = turned * rng.uniform(0.85, 1.15, 2) * SIZE
    unsteady, astray = rng.uniform(0.015, 0.035), 0.02
    strokes = []
    for outline in outlines:
        points = _densely(np.asarray(outline, float))
        strokes.append((points + _sway(rng, len(points), unsteady) + rng.normal(0, astray, 2)) @ turned)
    return strokes


def _densely(corners: Points) -> Points:
    """Points along a polyline, at even distances."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, round(along[-1] / STEP)))
    return np.stack([np.interp(at, along, axis) for axis in corners.T], axis=1)


def _sway(rng: np.random.Generator, count: int, amount: float) -> Points:
    """How far the hand strays at each of `count` points [count, 2]: smooth, as noise between knots."""
    knots = np.arange(-1, count * STEP / SWAY + 2)
    noise = rng.normal(0, amount, (2, len(knots)))
    at = np.arange(count) * STEP / SWAY
    near = at[:, None] - knots
    weight = np.exp(-2 * near**2)
    return np.asarray((weight / weight.sum(1, keepdims=True)) @ noise.T)


if __name__ == "__main__":
    main()
