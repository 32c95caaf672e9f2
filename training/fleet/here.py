"""A fleet on this machine: one category after another, or some side by side in processes of their own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from training.fleet.result import Result

W = TypeVar("W")


def one_by_one(train: Callable[[W], Result], works: Sequence[W]) -> Iterator[Result]:
    """In this process."""
    return map(train, works)


def side_by_side(train: Callable[[W], Result], works: dict[str, W], workers: int) -> Iterator[Result]:
    """In so many processes; the works by their categories.

    When one of them is killed, as the system does where memory ends, all that they did has failed: its state is kept.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit threads of torch that do not run there
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        tasks = {pool.submit(train, work): category for category, work in works.items()}
        try:
            for task in as_completed(tasks):
                try:
                    yield task.result()
                except BrokenProcessPool:
                    yield Result(tasks[task], "failed", error="a process was killed; the same command goes on")
        except BaseException:  # Ctrl-C above all: what has not begun does not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
