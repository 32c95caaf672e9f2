"""`python -m training download`: categories of the Quick, Draw! dataset from its public bucket."""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Lock
from typing import NoReturn
from urllib.parse import quote

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from training import values
from training.data.fetch import Fetcher
from training.errors import DownloadError, TrainingError
from training.loop.alone import alone

log = logging.getLogger(__name__)
BASE = "https://storage.googleapis.com/quickdraw_dataset"
FORMATS = {  # folder of the bucket, ending there, ending here
    "simplified": ("full/simplified", ".ndjson", ".ndjson"),
    "raw": ("full/raw", ".ndjson", ".raw.ndjson"),
    "binary": ("full/binary", ".bin", ".bin"),
    "npz": ("sketchrnn", ".npz", ".npz"),
    "full-npz": ("sketchrnn", ".full.npz", ".full.npz"),
}


class Bar:
    """One progress bar for all files, which come side by side."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar: tqdm[NoReturn] = tqdm(
            unit="B", unit_scale=True, unit_divisor=1024, disable=True if quiet else None, dynamic_ncols=True
        )
        self._files: dict[str, tuple[int, int]] = {}  # bytes there, size
        self._lock = Lock()

    def show(self, name: str, there: int, size: int) -> None:
        """A file has come so far."""
        with self._lock:
            self._files[name] = (there, size)
            self._bar.total = sum(size for _, size in self._files.values())
            self._bar.update(sum(there for there, _ in self._files.values()) - self._bar.n)

    def close(self) -> None:
        """Leave the terminal to others."""
        self._bar.close()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Fetch drawings of some categories, a file for each. The same command goes on after an interruption."
    )
    parser.add_argument(
        "categories", nargs="+", metavar="CATEGORY", help="spelt as the dataset does: 'The Eiffel Tower'"
    )
    parser.add_argument("--out", type=Path, default=Path("quickdraw"), metavar="DIR", help="where the files go")
    parser.add_argument("--format", choices=FORMATS, default="simplified", help="which of the dataset's forms")
    parser.add_argument("--base", default=BASE, metavar="URL", help="address of the bucket, or of a copy")
    parser.add_argument("--jobs", type=values.at_once, default=4, help="files fetched side by side")
    parser.add_argument(
        "--tries", type=values.whole, default=8, help="for each file, with longer and longer waits between"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(args: argparse.Namespace) -> int:
    """Fetch what the arguments name; DownloadError names what could not be had, once the rest is there."""
    names = list(dict.fromkeys(args.categories))
    for name in names:
        if not name or name.startswith(".") or Path(name).name != name:
            raise DownloadError(f"{name!r} is no name of a category")
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{args.out} cannot be made: {error.strerror or error}") from error
    with (
        closing(Fetcher(tries=args.tries, jobs=args.jobs)) as fetcher,
        closing(Bar(quiet=args.quiet)) as bar,
        logging_redirect_tqdm(),
    ):
        failures = _fetch_all(args, names, fetcher, bar)
    if failures:
        raise DownloadError("\n".join(failures))
    return 0


def _fetch_all(args: argparse.Namespace, names: list[str], fetcher: Fetcher, bar: Bar) -> list[str]:
    """Fetch side by side; what went wrong, a line for each file that is not there."""
    failures = []
    with ThreadPoolExecutor(args.jobs) as workers:
        tasks = [workers.submit(_fetch, args, name, fetcher, bar) for name in names]
        try:
            for task in as_completed(tasks):
                try:
                    task.result()
                except DownloadError as error:
                    failures.append(str(error))
        except BaseException:  # Ctrl-C above all: the workers are told, and keep what they have
            fetcher.stop.set()
            workers.shutdown(wait=False, cancel_futures=True)
            raise
    return failures


def _fetch(args: argparse.Namespace, name: str, fetcher: Fetcher, bar: Bar) -> None:
    folder, there, here = FORMATS[args.format]
    place = args.out / f"{name}{here}"
    url = f"{args.base.rstrip('/')}/{folder}/{quote(name)}{there}"
    try:
        with alone({}, {"--out": place}):  # two would append to one part of it
            fresh = fetcher.fetch(url, place, partial(bar.show, name))
    except TrainingError as error:
        raise DownloadError(str(error)) from error
    size = place.stat().st_size
    log.info("%s: %s bytes%s", place, f"{size:,}", "" if fresh else ", which were there before")
