"""A fleet on a cluster: each category is a task of Ray, which knows where there is room for it."""

import importlib.util
import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from training.errors import TrainingError
from training.fleet.result import Result

log = logging.getLogger(__name__)
W = TypeVar("W")
RETRIES = 10  # of a category whose machine was lost: it goes on from its state, so tries are cheap


def is_installed() -> bool:
    """Whether Ray is there. It is not imported, which takes a second."""
    return importlib.util.find_spec("ray") is not None


def on_cluster(train: Callable[[W], Result], works: dict[str, W], *, threads: int, gpus: float) -> Iterator[Result]:
    """Wherever `threads` cores and `gpus` (a share of one, or several) are free; the works by their categories.

    It is the cluster that RAY_ADDRESS names, else the one that was started on this machine, else one of this machine
    alone, which lasts as long as the fleet. Raises TrainingError where none answers.
    """
    import ray  # noqa: PLC0415 - it is not installed everywhere, and takes a second
    from ray.exceptions import RayError  # noqa: PLC0415 - the same

    try:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="WARNING")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise TrainingError(f"no Ray cluster could be reached or started: {error}") from error
    try:
        have = ray.cluster_resources()
        if threads > have.get("CPU", 0) or gpus > have.get("GPU", 0):
            log.warning("the cluster has no room for a category (threads: %d, GPUs: %g) yet: waiting", threads, gpus)
        environment = {"env_vars": {"OMP_NUM_THREADS": str(threads)}}  # else torch counts the cores of the machine
        options = {"num_cpus": threads, "num_gpus": gpus, "max_retries": RETRIES, "runtime_env": environment}
        task = ray.remote(**options)(train)
        waiting = {task.remote(work): category for category, work in works.items()}
        while waiting:
            (done,), _ = ray.wait(list(waiting), num_returns=1)
            category = waiting.pop(done)
            try:
                yield ray.get(done)
            except RayError as error:
                yield Result(category, "failed", error=f"Ray gave it up: {error}")
    finally:
        ray.shutdown()
