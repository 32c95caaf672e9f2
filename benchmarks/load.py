"""`python -m benchmarks.load`: many clients, good and bad, and what is left of them afterwards.

Each client does one thing after the other: draws, changes its mind, vanishes in the middle, reads nothing, sends
garbage. Those that behave must be answered; once all are gone nothing of them may be left. The last line of output is
one JSON document.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.catalogue.catalogue import read_catalogue
from benchmarks.crowd import storm
from benchmarks.served import ROOT, Served, served
from training import values

SETTLE_SECONDS = 60.0  # for what is left to go: readers that take nothing are waited for
GAUGES = ("waiting_drawings", "running_drawings", "open_websockets", "pending_pictures")
GROWTH = 1.10  # of memory between the end of the warm-up and the end, at most
WARM_UP = 0.4  # part of the time after which all code has run and all buffers have been needed at once


def settle(service: Served) -> dict[str, float]:
    """Wait until nothing of the clients is left, up to a while; the gauges by then."""
    late = time.monotonic() + SETTLE_SECONDS
    while True:
        metrics = service.metrics()
        gauges = {name: metrics[f"inkstream_{name}"] for name in GAUGES}
        if not any(gauges.values()) or time.monotonic() > late:
            return gauges
        time.sleep(0.2)


def load(
    checkpoints: Path,
    categories: Sequence[str],
    *,
    clients: int,
    seconds: float,
    **settings: Any,  # noqa: ANN401 - each setting has its type
) -> dict[str, object]:
    """The figures of one run on a service of its own."""
    with served(checkpoints, client_share=1, **settings) as service:  # all clients have one address
        warm = asyncio.run(storm(service.host, categories, clients=clients, seconds=seconds * WARM_UP))
        settle(service)
        before = service.metrics()["process_resident_memory_bytes"]
        outcome = asyncio.run(storm(service.host, categories, clients=clients, seconds=seconds * (1 - WARM_UP)))
        gauges = settle(service)
        after = service.metrics()
        drawings = sum(value for name, value in after.items() if name.startswith("inkstream_drawings_total"))
        status = service.stop()
    outcome += warm
    failed = {name: count for name, count in outcome.items() if name.startswith("failed")}
    return {
        "clients": clients,
        "seconds": seconds,
        "did": {name: count for name, count in sorted(outcome.items()) if name not in failed},
        "failed": failed,
        "drawings": drawings,
        "points": after["inkstream_points_total"],
        "left": gauges,
        "mib_after_warm_up": round(before / 2**20, 1),
        "mib_at_the_end": round(after["process_resident_memory_bytes"] / 2**20, 1),
        "exit_status": status,
    }


def is_good(figures: dict[str, object]) -> bool:
    """Whether everyone was answered, nothing is left, memory is flat, and it stopped cleanly."""
    left, before, after = figures["left"], figures["mib_after_warm_up"], figures["mib_at_the_end"]
    assert isinstance(left, dict)
    assert isinstance(before, float)
    assert isinstance(after, float)
    flat = after <= before * GROWTH
    return not figures["failed"] and not any(left.values()) and flat and figures["exit_status"] == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says; 1 where anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description="Put the service under load.")
    parser.add_argument("--clients", type=values.whole, default=500, help="at the same time (default: %(default)s)")
    parser.add_argument("--seconds", type=values.seconds, default=300, help="for how long (default: %(default)s)")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints", help="folder of those to serve")
    given = parser.parse_args(arguments)
    categories = [category.slug for category in read_catalogue(given.checkpoints).categories() if category.default]
    figures = load(given.checkpoints, categories, clients=given.clients, seconds=given.seconds)
    print(json.dumps(figures))
    return 0 if is_good(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
