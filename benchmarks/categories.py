"""What it costs that one network draws many categories: points per second over WebSockets, and memory.

A service that has drawn nothing yet draws one category after the other; its resident set is read after the first and
after the last. Then as many clients draw one category, and one category each, in turns.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from urllib.request import urlopen

from benchmarks.asked import Asked
from benchmarks.clients import run, socket_rate
from benchmarks.options import ROOT, Options
from benchmarks.served import Served, served

CLIENTS = 64
SECONDS = 2.0  # of a measurement of points
ROUNDS = 5  # at most
MIB = 2**20
ALL = ROOT / "checkpoints" / "quickdraw"  # the network of all categories; --checkpoint where it is not there


def categories(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document; none where there is no checkpoint to serve."""
    folder = ALL if ALL.is_dir() else options.checkpoint
    if folder is None:
        print("No checkpoint to serve: left out.\n")
        return {}
    folder, asked = folder.resolve(), Asked.of(folder)
    # it loads nothing but what it is asked for, and keeps no drawings ready
    device = options.device.type
    with served(folder.parent, preload=0, pool_size=0, threads=options.threads, device=device) as service:
        memory = _memory(service, asked)
        rates = _rates(service, asked, min(ROUNDS, options.repeats))
    for count, mib in memory.items():
        print(f"{count} categories drawn: {mib:,.0f} MiB")
    for count, rate in rates.items():
        print(f"{CLIENTS} clients, {count} categories: {rate:,.0f} points per second")
    print()
    return {"categories_points_per_second": rates, "memory_mib": memory}


def _memory(service: Served, asked: Asked) -> dict[str, float]:
    """MiB of the process once it has drawn the first category, and once it has drawn all, one after the other."""
    found = {}
    for drawn, slug in enumerate(asked.slugs, 1):
        with urlopen(f"http://{service.host}/draw/{slug}?system={asked.system}&seed=1", timeout=60) as answer:
            answer.read()
        if drawn in (1, len(asked.slugs)):
            found[str(drawn)] = round(service.metrics()["process_resident_memory_bytes"] / MIB, 1)
    return found


def _rates(service: Served, asked: Asked, rounds: int) -> dict[str, float]:
    """Points per second, by number of categories."""
    counts = sorted({1, min(CLIENTS, len(asked.slugs))})
    found: dict[int, list[float]] = {count: [] for count in counts}
    with ProcessPoolExecutor(1, get_context("spawn")) as clients:
        for _ in range(rounds):
            for count, rates in found.items():
                measured = clients.submit(run, socket_rate, service.host, asked.first(count), CLIENTS, SECONDS)
                rates.append(measured.result())
    return {str(count): round(median(rates), 1) for count, rates in found.items()}
