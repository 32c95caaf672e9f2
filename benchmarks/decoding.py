"""Points per second of a checkpoint's `advance`, beside what bounds it and what it began with.

A point is one row of one drawing. Drawings of many subjects in one batch stand beside as many of one. Beside `advance`
stand the matrix products alone that a step needs (n x 5 x 4H, n x H x 4H, n x H x outputs), once in eight bits as it
has them and once in float32, and the article's loop.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.advance import POINTS, TEMPERATURE, advancing, random_checkpoint
from benchmarks.article import article_loop
from benchmarks.options import Options
from benchmarks.timing import interleaved
from model.archive.torchscript import packs
from model.checkpoint import Checkpoint, load_checkpoint
from model.decoder import Decoder
from model.drawing import CHUNK
from model.network import Network, NetworkConfig
from model.weights import Weights, of_subject, to_network


def decoding(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document."""
    checkpoint = _checkpoint(options)
    weights = of_subject({name: tensor.cpu() for name, tensor in checkpoint.module.named_buffers()}, 0)
    network = to_network(weights).to(options.device)
    cases, points = _cases(options, checkpoint, weights, network)
    seconds = interleaved(cases, repeats=options.repeats, device=options.device)
    rate = {name: round(points[name] / seconds[name], 1) for name in cases}
    kinds = {kind: {str(n): rate[f"{kind} {n}"] for n in options.sizes if f"{kind} {n}" in rate} for kind in KINDS}
    figures: dict[str, object] = {key: kinds[kind] for kind, key in KINDS.items() if kinds[kind]}
    _print(kinds, rate["article"])
    return figures | {
        "article_loop_points_per_second": rate["article"],
        "dtype": "int8",
        "hidden": network.config.hidden,
        "mixtures": network.config.mixtures,
        "subjects": len(checkpoint.card.subjects),
        "weights": "random" if options.checkpoint is None else options.checkpoint.name,
    }


KINDS = {
    "advance": "points_per_second",
    "mixed": "mixed_points_per_second",
    "products": "matmul_points_per_second",
    "float32": "float32_matmul_points_per_second",
}


def _checkpoint(options: Options) -> Checkpoint:
    if options.checkpoint is not None:
        return load_checkpoint(options.checkpoint, options.device)
    return random_checkpoint(NetworkConfig(hidden=options.hidden), options.device, options.subjects)


def _cases(
    options: Options, checkpoint: Checkpoint, weights: Weights, network: Network
) -> tuple[dict[str, Callable[[], None]], dict[str, int]]:
    """What is timed, by name, and how many points each makes."""
    cases: dict[str, Callable[[], None]] = {}
    points: dict[str, int] = {}
    subjects = len(checkpoint.card.subjects)
    for n in options.sizes:
        calls = max(1, POINTS // (n * CHUNK))
        cases[f"advance {n}"] = advancing(checkpoint, [0] * n, calls)
        if subjects > 1:
            cases[f"mixed {n}"] = advancing(checkpoint, [number % subjects for number in range(n)], calls)
        cases[f"products {n}"] = _products(weights, n, calls * CHUNK, options.device)
        cases[f"float32 {n}"] = _float_products(network, n, calls * CHUNK)
        points |= {name: n * calls * CHUNK for name in cases if name not in points}
    cases["article"] = _article(network, CHUNK * 4)
    return cases, points | {"article": CHUNK * 4}


def _products(weights: Weights, n: int, steps: int, device: torch.device) -> Callable[[], None]:
    """The large ones as a decoder has them, the small one of rows, which it does otherwise, in float32."""
    decoder = Decoder(weights).to(device)
    decoder.pack(device.type == "cpu" and packs())
    of_rows = weights["input.weight"].to(device).t()
    sums, h, rows = (_some(n, width, device) for width in (decoder.sums, decoder.size, 5))
    workspace = torch.empty_like(sums)

    @torch.inference_mode()
    def run() -> None:
        for _ in range(steps):
            torch.mm(rows, of_rows, out=workspace)
            decoder.recurrent.add_to(sums, h)
            decoder.head.linear(h)

    return run


def _float_products(network: Network, n: int, steps: int) -> Callable[[], None]:
    lstm, head = network.lstm, network.head
    right = [weight.detach().t() for weight in (lstm.weight_ih_l0, lstm.weight_hh_l0, head.weight)]
    triples = [(_some(n, len(w), w.device), w, w.new_empty(n, w.size(1))) for w in right]

    @torch.inference_mode()
    def run() -> None:
        for _ in range(steps):
            for left, weight, out in triples:
                torch.mm(left, weight, out=out)

    return run


def _some(n: int, width: int, device: torch.device) -> Tensor:
    return torch.linspace(-1, 1, n * width, device=device).view(n, -1)


def _article(network: Network, steps: int) -> Callable[[], None]:
    return partial(_discard, partial(article_loop, network, steps, TEMPERATURE, TEMPERATURE))


def _discard(call: Callable[[], Tensor]) -> None:
    call()


def _print(kinds: dict[str, dict[str, float]], article: float) -> None:
    print("points per second\n")
    print(f"{'batch':>6} {'advance':>10} {'products':>10} {'in float32':>10} {'of them':>10} {'times the article':>18}")
    for n, rate in kinds["advance"].items():
        products, plain = kinds["products"][n], kinds["float32"][n]
        of_them, times = rate / products, rate / article
        print(f"{n:>6} {rate:>10,.0f} {products:>10,.0f} {plain:>10,.0f} {of_them:>10.0%} {times:>18.1f}")
    for n, rate in kinds["mixed"].items():
        print(f"{n:>6} {rate:>10,.0f} of many subjects, {rate / kinds['advance'][n]:.0%} of as many of one")
    print(f"\nThe article's loop, one drawing: {article:,.0f}\n")
