"""A fleet on this machine: one category after another, or some side by side in processes of their own."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from tqdm import tqdm

from training.fleet.result import Result

W = TypeVar("W")


def one_by_one(train: Callable[[W], Result], works: Sequence[W]) -> Iterator[Result]:
    """In this process."""
    return map(train, works)


def side_by_side(train: Callable[[W], Result], works: dict[str, W], workers: int) -> Iterator[Result]:
    """In so many processes; the works by their categories.

    When one of them is killed, as the system does where memory ends, all that they did has failed: its state is kept.
    When this one is killed they end as well: what they trained is for the next one to go on with.
    """
    context = multiprocessing.get_context("spawn")  # a fork would inherit threads of torch that do not run there
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        tasks = {pool.submit(train, work): category for category, work in works.items()}
        try:
            for task in as_completed(tasks):
                try:
                    yield task.result()
                except BrokenProcessPool:
                    yield Result(tasks[task], "failed", error="a process was killed; the same command goes on")
        except BaseException:  # Ctrl-C above all: what has not begun does not begin, and what has is not waited for
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _end_with_parent() -> None:
    """In a process of `side_by_side`: it ends when its parent does or says so, in the midst of its work.

    The pool would let it work on, and then wait for ever, where nobody listens.
    """

    def wait() -> None:
        parent = multiprocessing.parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)  # as a kill, after which any run goes on

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    tqdm.set_lock(threading.RLock())  # its own is shared by processes, and would be missed after a kill
    threading.Thread(target=wait, daemon=True).start()
