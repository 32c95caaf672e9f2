"""Points per second of a checkpoint's `advance`, beside what bounds it and what it began with.

A point is one row of one drawing. Beside `advance` stand the matrix products alone that a step needs (n x 5 x 4H,
n x H x 4H, n x H x outputs), once in eight bits as `advance` has them and once in float32, and the article's loop.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.advance import POINTS, TEMPERATURE, advancing, random_module
from benchmarks.article import article_loop
from benchmarks.options import Options
from benchmarks.timing import interleaved
from model.checkpoint import CheckpointModule, load_checkpoint, packs
from model.drawing import CHUNK
from model.decoder import Decoder
from model.network import Network, NetworkConfig


def decoding(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document."""
    module = _module(options)
    network = to_network(dict(module.named_buffers())).to(options.device)
    cases, points = _cases(options, module, network)
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
        "weights": "random" if options.checkpoint is None else options.checkpoint.name,
    }


KINDS = {
    "advance": "points_per_second",
    "products": "matmul_points_per_second",
    "float32": "float32_matmul_points_per_second",
}


def _module(options: Options) -> CheckpointModule:
    if options.checkpoint is not None:
        return load_checkpoint(options.checkpoint, options.device).module
    return random_module(NetworkConfig(hidden=options.hidden), options.device)


def _cases(
    options: Options, module: CheckpointModule, network: Network
) -> tuple[dict[str, Callable[[], None]], dict[str, int]]:
    """What is timed, by name, and how many points each makes."""
    cases: dict[str, Callable[[], None]] = {}
    points: dict[str, int] = {}
    packed = options.device.type == "cpu" and packs()
    for n in options.sizes:
        calls = max(1, POINTS // (n * CHUNK))
        cases[f"advance {n}"] = advancing(module, n, calls, options.device)
        cases[f"products {n}"] = _products(network, n, calls * CHUNK, packed=packed)
        cases[f"float32 {n}"] = _float_products(network, n, calls * CHUNK)
        points |= {name: n * calls * CHUNK for name in cases if name not in points}
    cases["article"] = _article(network, CHUNK * 4)
    return cases, points | {"article": CHUNK * 4}


def _products(network: Network, n: int, steps: int, *, packed: bool) -> Callable[[], None]:
    """The large ones as a decoder has them, the small one of rows, which it does otherwise, in float32."""
    decoder = Decoder(network).to(network.mean.device)
    if packed:
        decoder.pack()
    hidden = network.config.hidden
    sums = [_some(n, len(decoder.entry.bias), network) for _ in decoder.products]
    read = [_some(n, hidden * (1 if i == 0 else 2), network) for i, _ in enumerate(decoder.products)]
    said, rows, of_rows = _some(n, hidden, network), _some(n, 5, network), decoder.entry.w_input.t()
    room = torch.empty_like(sums[0])

    @torch.inference_mode()
    def run() -> None:
        for _ in range(steps):
            torch.mm(rows, of_rows, out=room)
            for product, there, x in zip(decoder.products, sums, read, strict=True):
                product.add_to(there, x)
            decoder.head.product(said)

    return run


def _float_products(network: Network, n: int, steps: int) -> Callable[[], None]:
    lstm, head = network.lstm, network.head
    right = [weight.detach().t() for weight in (lstm.weight_ih_l0, lstm.weight_hh_l0, head.weight)]
    triples = [(_some(n, len(w), network), w, w.new_empty(n, w.size(1))) for w in right]

    @torch.inference_mode()
    def run() -> None:
        for _ in range(steps):
            for left, weight, out in triples:
                torch.mm(left, weight, out=out)

    return run


def _some(n: int, width: int, network: Network) -> Tensor:
    return torch.linspace(-1, 1, n * width, device=network.mean.device).view(n, -1)


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
    print(f"\nThe article's loop, one drawing: {article:,.0f}\n")
