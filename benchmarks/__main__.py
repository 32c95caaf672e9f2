"""`python -m benchmarks [NAME...]`: run benchmarks; the last line of output is one JSON document of all figures."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from model.errors import how_to_install

try:
    import torch

    from app.settings import default_threads
    from benchmarks.categories import categories
    from benchmarks.decoding import decoding
    from benchmarks.engine_overhead import engine_overhead
    from benchmarks.options import HIDDEN, ROOT, SIZES, Options, surroundings
    from benchmarks.paced import paced
    from benchmarks.recognising import recognising
    from benchmarks.serve_cluster import serve_cluster
    from benchmarks.serving import serving
    from benchmarks.streaming import streaming
    from benchmarks.systems import systems
    from benchmarks.training import training
    from model.checkpoint import read_card
    from model.errors import InkstreamError
    from training import values
except ModuleNotFoundError as lacking:
    sys.exit(f"error: {how_to_install(lacking, 'train')}")

BENCHMARKS: dict[str, Callable[[Options], dict[str, object]]] = {
    "categories": categories,
    "decoding": decoding,
    "engine_overhead": engine_overhead,
    "recognising": recognising,
    "paced": paced,
    "serve_cluster": serve_cluster,
    "serving": serving,
    "streaming": streaming,
    "systems": systems,
    "training": training,
}
PENGUIN = ROOT / "checkpoints" / "penguin"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names; all benchmarks if it names none."""
    options, names = _options(arguments)
    torch.set_num_threads(options.threads)
    figures: dict[str, object] = {}
    try:
        if options.checkpoint is not None:
            read_card(options.checkpoint)  # a wrong folder is said now, not after minutes of other benchmarks
        for name in names:
            print(f"# {name}\n", flush=True)
            figures |= BENCHMARKS[name](options)
    except InkstreamError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(surroundings(options) | figures))
    return 0


def _options(arguments: Sequence[str] | None) -> tuple[Options, list[str]]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Inkstream on this machine.")
    every = f"which benchmarks: {', '.join(BENCHMARKS)} (default: all)"
    parser.add_argument("name", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=every)
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=PENGUIN if PENGUIN.is_dir() else None,
        help="folder of the network to measure (default: %(default)s; without one, random weights of one subject)",
    )
    parser.add_argument("--hidden", type=values.width, help="of random weights, instead of a checkpoint")
    parser.add_argument("--subjects", type=values.whole, help="of random weights, instead of a checkpoint")
    parser.add_argument("--device", type=values.device, default="cpu", help="cpu or cuda (default: %(default)s)")
    parser.add_argument(
        "--threads",
        type=values.at_once,
        default=default_threads(),
        help="of torch (default: as the service's, %(default)s)",
    )
    parser.add_argument("--repeats", type=values.whole, default=15, help="of each measurement (default: %(default)s)")
    parser.add_argument("--sizes", type=values.batch, nargs="+", default=SIZES, help="of batches (default: 1 8 64 512)")
    parser.add_argument("--drawings", type=Path, help="file to train on (default: drawings are generated)")
    given = parser.parse_args(arguments)
    random = given.hidden or given.subjects
    options = Options(
        None if random else given.checkpoint,
        torch.device(given.device),
        given.threads,
        given.repeats,
        tuple(given.sizes),
        hidden=given.hidden or HIDDEN,
        subjects=given.subjects or 1,
        drawings=given.drawings,
    )
    return options, given.name or list(BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main())
