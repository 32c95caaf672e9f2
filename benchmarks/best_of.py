"""`python -m benchmarks.best_of`: what the best of several takes beside a single drawing, on a service that is idle.

Each category is asked for in turn, first one drawing, then the best of several, so that other work on the machine slows
both. The last line of output is one JSON document.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx2

from benchmarks.served import ROOT, served
from training import values

NUMBERS = (1, 2, 4, 8)


def best_of(host: str, count: int) -> dict[str, object]:
    """Median milliseconds by `best`, and the median over requests of what four take to what one takes."""
    rng = random.Random(0)  # noqa: S311 - not for secrets
    taken: dict[int, list[float]] = {best: [] for best in NUMBERS}
    with httpx2.Client(base_url=f"http://{host}", timeout=60) as client:
        slugs = [each["slug"] for each in client.get("/categories?compact=true").json()["categories"]]
        for slug in rng.choices(slugs, k=count):
            for best, times in taken.items():
                begun = time.perf_counter()
                client.get(f"/draw/{slug}?fresh=true&best={best}").raise_for_status()
                times.append(1000 * (time.perf_counter() - begun))
    return {
        "requests": count,
        "milliseconds": {best: round(statistics.median(times), 1) for best, times in taken.items()},
        "four_to_one": round(statistics.median(b / a for a, b in zip(taken[1], taken[4], strict=True)), 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.best_of", description="Time the best of several.")
    parser.add_argument("--count", type=values.whole, default=100, help="categories at random (default: %(default)s)")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints", help="folder of those to serve")
    given = parser.parse_args(arguments)
    with served(given.checkpoints, pool_size=0, preload=1000) as service:
        print(json.dumps(best_of(service.host, given.count)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
