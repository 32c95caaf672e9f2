"""`python -m benchmarks.forecast`: what drawings and streams take; the last line of output is one JSON document."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.asked import Asked
from benchmarks.forecast.calibrate import PACE, SECONDS
from benchmarks.forecast.costs import Costs, Device
from benchmarks.forecast.own import own
from benchmarks.forecast.plan import Sizing, Terms, answers
from benchmarks.forecast.report import Report
from benchmarks.forecast.stored import kept
from benchmarks.options import ROOT, processor
from model.errors import InkstreamError

MILLION_A_DAY, THOUSAND_MILLION_A_MONTH = 1e6, 1e9 / 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Forecast as the command line says; 1 where `--measure` finds a forecast that is too far off."""
    parser = _parser()
    given = parser.parse_args(arguments)
    _check(parser, given)
    try:
        report = _report(given)
    except (InkstreamError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report.document()))
    return 0 if report.is_good else 1


def _report(given: argparse.Namespace) -> Report:
    devices = [Device.read(file) for file in given.device]
    report = Report()
    if given.costs is not None:
        costs = Costs.read(given.costs)
    else:
        with own(given.checkpoint, f"one core of {processor()}", given.seconds / 8) as service:
            made = service.calibrated(given.seconds / 8)
            costs = service.costs(made)
            report.calibrated(costs)
            report.sizes = service.sizes()
            if given.measure:
                for compared in service.compared(made, given.seconds):
                    report.compared(compared)
        report.kept = kept(Asked.of(given.checkpoint.resolve()))
    report.costs = costs
    terms = Terms(given.within, given.share, given.peak, given.pace)
    prices: list[float | None] = [*given.price_per_hour, *[None] * (1 + len(devices))]
    core = prices[0]
    sizings = []
    for device, price in zip([None, *devices], prices, strict=False):
        sizing = Sizing.of(costs if device is None else costs.on(device), terms)
        report.sized(sizing)
        sizings.append((sizing, None if core is None or price is None else (core, price)))
    report.answered(answers(sizings, given.drawings_per_day, given.streams, terms), terms)
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forecast",
        description="Forecast what drawings and streams take in processes, devices, Redis and network (docs/scale.md).",
    )
    add = parser.add_argument
    add(
        "--measure",
        action="store_true",
        help="try three loads and a mixed one on a real service, beside their forecasts",
    )
    add("--checkpoint", type=Path, default=ROOT / "checkpoints/quickdraw", help="network that draws (%(default)s)")
    add("--costs", type=Path, help="file with the `costs` of an earlier run, instead of measuring them")
    add(
        "--device", type=Path, action="append", default=[], help="file with a device's points per second; several times"
    )
    add("--seconds", type=float, default=8 * SECONDS, help="of each measured load (default: %(default)s)")
    add("--drawings-per-day", type=float, nargs="+", default=[MILLION_A_DAY, THOUSAND_MILLION_A_MONTH], metavar="N")
    add("--streams", type=int, default=10_000, help="at the same time (default: %(default)s)")
    add("--pace", type=float, default=PACE, help="points a second of a stream (default: %(default)s)")
    add("--peak", type=float, default=3.0, help="busiest hour, by the mean of the day (default: %(default)s)")
    add("--within", type=float, default=250.0, help="milliseconds for 95 of 100 answers (default: %(default)s)")
    add("--share", type=float, default=0.7, help="part of a process's capacity that is used (default: %(default)s)")
    add("--price-per-hour", type=float, nargs="+", default=[], metavar="PRICE", help="of a core, and of each --device")
    return parser


def _check(parser: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    for name in ("seconds", "streams", "pace", "peak", "within", "share"):
        if not 0 < getattr(given, name) < 1e12:
            parser.error(f"--{name} must be more than 0")
    if min(given.drawings_per_day) <= 0:
        parser.error("--drawings-per-day must be more than 0")
    if given.share > 1:
        parser.error("--share is a part: at most 1")
    if any(price < 0 for price in given.price_per_hour) or len(given.price_per_hour) > 1 + len(given.device):
        parser.error("--price-per-hour takes the price of a core, and one of each --device")
    if given.measure and given.costs is not None:
        parser.error("--measure is for the costs of this machine, not for those of --costs")


if __name__ == "__main__":
    sys.exit(main())
