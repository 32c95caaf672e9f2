"""`python -m benchmarks.hostile`: try to stop a service of its own, while plain clients go on asking.

One attack after the other, then all of them at once with SIGTERM in the middle. It prints a row for each, and as its
last line one JSON document; the exit status is 1 where a plain drawing waits too long or anything is lost.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.server.file_limit import raise_file_limit
from benchmarks.clients import run
from benchmarks.hostile import crowds, requests, sockets, starts
from benchmarks.hostile.plain import hold, live_plainly
from benchmarks.hostile.report import HEAD, Ending, Row, document, wrong_lines
from benchmarks.hostile.target import Attack, Target, attack_aside
from benchmarks.load import settle
from benchmarks.served import ROOT, STOP_SECONDS, Served, served
from model.checkpoint import read_card
from training import values

ATTACKS = tuple(sorted((*requests.ATTACKS, *sockets.ATTACKS, *crowds.ATTACKS), key=lambda attack: attack.fault))
SECONDS = 7.0
HELD = 50  # WebSockets of plain clients when it is told to stop
MIB = 2**20


def main(arguments: Sequence[str] | None = None) -> int:
    """Attack as the command line says; 1 where anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description="Attack a service of its own.")
    parser.add_argument(
        "--seconds", type=values.seconds, default=SECONDS, help="for each attack (default: %(default)s)"
    )
    parser.add_argument("--fault", type=values.whole, nargs="+", help="only attacks of these numbers (default: all)")
    parser.add_argument(
        "--checkpoint", type=Path, default=ROOT / "checkpoints" / "penguin", help="what draws (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    raise_file_limit()
    print(HEAD, flush=True)
    figures = hostile(given.checkpoint, given.seconds, given.fault)
    print(json.dumps(figures))
    return 0 if figures["good"] else 1


def hostile(
    checkpoint: Path,
    seconds: float,
    faults: Sequence[int] | None = None,
    **settings: Any,  # noqa: ANN401 - each setting has its type
) -> dict[str, object]:
    """Try all attacks, or those of some faults, for so long each; all figures. Settings are the service's defaults."""
    category = read_card(checkpoint).subjects[0].slug
    attacks = [attack for attack in ATTACKS if not faults or attack.fault in faults]
    rows: list[Row] = []
    with tempfile.TemporaryFile() as log, ProcessPoolExecutor(1, get_context("spawn")) as plain:
        with served(checkpoint.parent, log=log.fileno(), log_level="info", **settings) as service:
            rows.append(_alone(service, category, plain, seconds))
            rows.extend(_attacked(service, category, plain, attack, seconds) for attack in attacks)
            ending = _ending(service, category, plain, attacks, seconds)
        log.seek(0)
        lines = wrong_lines(log.read().decode(errors="replace"))
        if not faults or starts.FLOOD.fault in faults:
            rows.append(_said(starts.unread_log(checkpoint.parent, category, plain, seconds)))
        if not faults or starts.FAULT in faults:
            rows.append(_said(starts.bad_checkpoints(checkpoint, category, plain, seconds)))
    return document(rows, ending, lines, seconds)


def _alone(service: Served, category: str, plain: Executor, seconds: float) -> Row:
    """Plain clients that nobody disturbs: what the others are to be compared with."""
    row = Row(0, "none")
    row.experienced(plain.submit(run, live_plainly, service.host, category, seconds).result())
    return _said(row)


def _attacked(service: Served, category: str, plain: Executor, attack: Attack, seconds: float) -> Row:
    row = Row(attack.fault, attack.name)
    before = _resident(service)
    target = Target(service.host, category)
    waiting = plain.submit(run, live_plainly, service.host, category, seconds)
    attack_aside(attack.run(target, seconds))
    row.experienced(waiting.result())
    row.outcome, row.refused = dict(target.outcome), target.refusals()
    row.left(settle(service), _resident(service) - before)
    return _said(row)


def _ending(service: Served, category: str, plain: Executor, attacks: Sequence[Attack], seconds: float) -> Ending:
    """Tell it to stop amid all attacks at once; plain WebSockets were there before."""
    held = plain.submit(run, hold, service.host, category, HELD, seconds + STOP_SECONDS)
    while service.metrics()["inkstream_open_websockets"] < HELD and not held.done():
        pass
    status = attack_aside(_stop_amid(service, Target(service.host, category), attacks, seconds))
    ending = Ending(status, held.result())
    print(f"SIGTERM amid all of them: exit status {status}, close codes {dict(ending.close_codes)}\n", flush=True)
    return ending


async def _stop_amid(service: Served, target: Target, attacks: Sequence[Attack], seconds: float) -> int:
    attacking = [asyncio.create_task(attack.run(target, seconds + STOP_SECONDS)) for attack in attacks]
    await asyncio.sleep(min(seconds, 2.0))
    status = await asyncio.to_thread(service.stop)
    for task in attacking:
        task.cancel()
    await asyncio.gather(*attacking, return_exceptions=True)
    return status


def _resident(service: Served) -> float:
    return service.metrics()["process_resident_memory_bytes"] / MIB


def _said(row: Row) -> Row:
    print(row, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
