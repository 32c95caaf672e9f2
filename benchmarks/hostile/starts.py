"""Attacks that need a start of their own: bad checkpoints beside a good one, and a log that nobody reads."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from benchmarks.clients import run
from benchmarks.hostile.plain import live_plainly
from benchmarks.hostile.report import Row
from benchmarks.hostile.requests import forges
from benchmarks.hostile.target import Attack, Target, attack_aside
from benchmarks.served import Served, served

BAD = {"not-a-model": b"not a model", "empty": b"", "half": None, "zeros": bytes(4096)}  # None: half of a good one
FAULT = 2  # that bad checkpoints were
FLOOD = Attack(8, "a log that nobody reads", 16, forges)


def bad_checkpoints(good: Path, category: str, plain: Executor, seconds: float) -> Row:
    """Serve a good checkpoint beside some whose models are none, though their cards name their hashes."""
    row = Row(FAULT, "bad checkpoints")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(good, root / good.name)
        for name, model in BAD.items():
            _write_bad(root / name, good, name, model)
        with served(root, log=subprocess.DEVNULL) as service:
            row.experienced(plain.submit(run, live_plainly, service.host, category, seconds).result())
            row.outcome = _listed(service)
            if set(row.outcome) != {"available", "unavailable"}:
                row.lost["word of what is unavailable"] = 1
            _stop(service, row)
    return row


def unread_log(checkpoints: Path, category: str, plain: Executor, seconds: float) -> Row:
    """Serve with the log going into a pipe that stays full."""
    row = Row(FLOOD.fault, FLOOD.name)
    with _full_pipe() as pipe, served(checkpoints, log=pipe, log_level="info") as service:
        waiting = plain.submit(run, live_plainly, service.host, category, seconds)
        target = Target(service.host, category)
        attack_aside(FLOOD.run(target, seconds))
        row.experienced(waiting.result())
        row.outcome, row.refused = dict(target.outcome), target.refusals()
        _stop(service, row)
    return row


def _stop(service: Served, row: Row) -> None:
    try:
        status = service.stop()
    except subprocess.TimeoutExpired:
        row.lost["end after SIGTERM"] = 1
    else:
        if status:
            row.lost[f"exit status {status}"] = 1


def _listed(service: Served) -> dict[str, int]:
    """How many categories are available, and not."""
    with urlopen(f"http://{service.host}/categories", timeout=30) as answer:
        categories = json.load(answer)["categories"]
    states = ["available" if category["available"] else "unavailable" for category in categories]
    return {state: states.count(state) for state in states}


def _write_bad(folder: Path, good: Path, category: str, model: bytes | None) -> None:
    folder.mkdir()
    if model is None:
        model = (good / "model.pt").read_bytes()
        model = model[: len(model) // 2]
    card = json.loads((good / "card.json").read_text())
    card["sha256"] = hashlib.sha256(model).hexdigest()
    card["subjects"] = [card["subjects"][0] | {"name": category, "slug": category, "aliases": []}]
    (folder / "model.pt").write_bytes(model)
    (folder / "card.json").write_text(json.dumps(card))


@contextmanager
def _full_pipe() -> Iterator[int]:
    """The end to write to of a pipe that takes no more."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        os.set_blocking(writer, True)
    try:
        yield writer
    finally:
        os.close(writer)
        os.close(reader)
