"""What is asked for: real drawings with their lengths, and moments at which somebody asks."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.asked import Asked
from benchmarks.serving import get

DRAWINGS = 256  # that are asked for, again and again: no pool holds a seed, so each is decoded each time
SEED = 16
SEEDS = 10**6


@dataclass(frozen=True, slots=True)
class Workload:
    """Drawings to ask for: their paths, and the steps that each takes to its end row."""

    paths: tuple[str, ...]
    lengths: tuple[int, ...]

    def some(self, count: int) -> list[int]:
        """So many numbers of drawings at random, the same for the same count."""
        chance = random.Random(SEED)  # noqa: S311 - not for secrets
        return [chance.randrange(len(self.paths)) for _ in range(count)]


def drawn(host: str, asked: Asked) -> Workload:
    """Drawings of a service, of categories at random, each asked for once to know its length."""
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    paths = [
        f"/draw/{chance.choice(asked.slugs)}?system={asked.system}&seed={chance.randrange(SEEDS)}"
        for _ in range(DRAWINGS)
    ]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda path: json.loads(get(f"http://{host}{path}&format=json")), paths)
    return Workload(tuple(paths), tuple(len(answer["stroke5"]) for answer in answers))


def poisson(rate: float, seconds: float) -> list[float]:
    """Moments of open arrivals, the same for the same rate: people do not wait for each other."""
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    times = [chance.expovariate(rate)]
    while times[-1] < seconds:
        times.append(times[-1] + chance.expovariate(rate))
    return times[:-1]
