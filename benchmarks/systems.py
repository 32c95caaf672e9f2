"""Points per second of every system of the article, in one run: what each step of the ladder costs."""

from collections.abc import Callable

import torch

from benchmarks.advance import POINTS, advancing, random_checkpoint
from benchmarks.options import Options
from benchmarks.timing import interleaved
from model.drawing import CHUNK
from model.network import Network, NetworkConfig
from model.systems import SYSTEMS
from training.loop.optimiser import Optimisers

SIZES = (1, 64)  # one drawing, and enough of them that the products are at their limit
BATCH, LENGTH = 64, 45  # of a training step: drawings and their points, about those of a face


def systems(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document."""
    calls = {n: max(1, POINTS // (n * CHUNK)) for n in SIZES}
    points = {"train": BATCH * LENGTH, **{str(n): n * calls[n] * CHUNK for n in SIZES}}
    cases: dict[str, Callable[[], None]] = {}
    for name, config in SYSTEMS.items():
        checkpoint = random_checkpoint(config, options.device)
        cases |= {f"{name} {n}": advancing(checkpoint, [0] * n, calls[n]) for n in SIZES}
        cases[f"{name} train"] = _training(config, options.device)
    seconds = interleaved(cases, repeats=options.repeats, device=options.device)
    rates = {name: {kind: round(points[kind] / seconds[f"{name} {kind}"], 1) for kind in points} for name in SYSTEMS}
    _print(rates)
    return {"systems_points_per_second": rates}


def _training(config: NetworkConfig, device: torch.device) -> Callable[[], None]:
    """One step of training in bfloat16, as `training.loop` makes it, over the same random drawings each time."""
    torch.manual_seed(0)
    network = Network(config, torch.zeros(2), torch.full((2,), 40.0)).to(device).train()
    optimisers = Optimisers.of(network, 1e-3)
    rows = torch.zeros(BATCH, LENGTH + 1, 5, device=device)
    rows[..., :2] = 40 * torch.randn(BATCH, LENGTH + 1, 2)
    rows[..., 2] = 1

    def step() -> None:
        with torch.autocast(device.type, torch.bfloat16):
            xy, pen = network.objective(rows)
        (-(xy.sum() + pen.sum()) / (BATCH * LENGTH)).backward()  # type: ignore[no-untyped-call]
        optimisers.step(1.0)

    return step


def _print(rates: dict[str, dict[str, float]]) -> None:
    print("points per second\n")
    print(f"{'system':>12} {'training':>14} {'one drawing':>14} {'64 drawings':>14}")
    for name, rate in rates.items():
        print(f"{name:>12} {rate['train']:>14,.0f} {rate['1']:>14,.0f} {rate['64']:>14,.0f}")
    print()
