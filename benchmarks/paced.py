"""How many people can watch at a human pace: WebSockets that draw at so many points a second, of a service on one core.

The service has one core to itself, where there are two, and the clients have the others. What each point costs is
said in processor time of the service too, which other work on the machine changes less.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median

from benchmarks.asked import Asked
from benchmarks.clients import run, socket_rate
from benchmarks.cores import take_core, take_others
from benchmarks.options import Options
from benchmarks.served import Served, served, spent

VIEWERS, PACE = 200, 30  # people, and points a second for each: about one drawing in two seconds
SECONDS = 6.0
ROUNDS = 3  # at most


def paced(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document; none where there is no checkpoint to serve."""
    if options.checkpoint is None:
        print("No checkpoint to serve: left out.\n")
        return {}
    folder = options.checkpoint.resolve()
    one = Asked.of(folder).first(1)
    with (
        served(folder.parent, threads=1, device=options.device.type, preload=1) as service,
        ProcessPoolExecutor(1, get_context("spawn"), take_others) as clients,
    ):
        take_core(service.process.pid)
        rounds = [_round(service, one, clients) for _ in range(min(ROUNDS, options.repeats))]
    rates, costs = zip(*rounds, strict=True)
    rate, cost = round(median(rates), 1), round(median(costs) * 1e6, 1)
    print(f"{VIEWERS} viewers at {PACE} points a second: {rate:,.0f} of {VIEWERS * PACE:,} points a second,")
    print(f"{cost} microseconds of the service's processor for each\n")
    return {"paced_points_per_second": rate, "paced_microseconds_per_point": cost}


def _round(service: Served, one: Asked, clients: ProcessPoolExecutor) -> tuple[float, float]:
    """Points a second that come, and processor seconds of the service for each point that it decodes."""
    before = spent([service])
    rate: float = clients.submit(run, socket_rate, service.host, one, VIEWERS, SECONDS, PACE).result()
    seconds, points = (now - then for now, then in zip(spent([service]), before, strict=True))
    return rate, seconds / points
