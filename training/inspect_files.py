"""`python -m training inspect`: what files of drawings are, and what is in them."""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from model.simplify import SIDE
from training import arguments, values
from training.convert.writable import check_picture
from training.data.formats import kind_of, read_drawings
from training.data.survey import MOVES, QUANTILES, Survey, quantiles
from training.errors import DataError
from training.figure.sheet_file import write_sheet

NAMES = {0.0: "min", 0.05: "5 %", 0.5: "median", 0.95: "95 %", 1.0: "max"}
BAR = 40  # characters of the longest bar
MODERATED = {True: "recognized", False: "not recognized", None: "not stated"}
WORDS = 5  # shown of those that a file has


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Say what each file is, how many drawings it holds, and how long and wide they are."
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="drawings, in any format of docs/data.md")
    parser.add_argument("--sheet", type=Path, metavar="OUT", help="also draw some of each file, as .svg or .png")
    parser.add_argument(
        "--count", type=values.whole, default=60, help="drawings of each file on the sheet, picked at random"
    )
    parser.add_argument("--seed", type=values.seed, default=0, help="of the picking")
    parser.add_argument(
        "--max-points", type=values.points, default=arguments.MAX_POINTS, help="longer drawings are counted"
    )
    parser.add_argument("--skip-bad", action="store_true", help="pass over drawings that cannot be read")
    parser.add_argument("--json", action="store_true", help="one JSON object a file instead of text")


def run(args: argparse.Namespace) -> int:
    """Look through the files and print what was found."""
    if args.sheet:
        check_picture(args.sheet)
    kept = []
    for path in args.files:
        survey = Survey(keep=args.count if args.sheet else 0, seed=args.seed)
        kind = kind_of(path)
        for sketch in tqdm(read_drawings(path, skip_bad=args.skip_bad), unit=" drawings", disable=None, leave=False):
            survey.add(sketch)
        kept += survey.kept
        summary = {
            "file": str(path),
            "format": kind,
            "drawings": len(survey),
            **(summarise(survey, args.max_points) if len(survey) else {}),
        }
        print(json.dumps(summary) if args.json else "\n".join(_lines(summary)))
    if args.sheet:
        if not kept:
            raise DataError("there are no drawings to put on a sheet")
        write_sheet(args.sheet, kept)
    return 0


def summarise(survey: Survey, max_points: int) -> dict[str, Any]:
    """What a survey of at least one drawing found, in plain numbers; lengths in pixels."""
    mean, std = survey.moments()
    offsets = survey.offset_quantiles()
    axes = {
        name: {"mean": round(float(mean[i]), 2), "std": round(float(std[i]), 2), **_named(offsets[i].tolist())}
        for i, name in enumerate(("dx", "dy"))
    }
    return {
        "words": dict(survey.words.most_common(WORDS)),
        "moderation": {MODERATED[answer]: count for answer, count in survey.recognized.most_common()},
        "splits": dict(sorted(survey.splits.items())),
        "points": _named(quantiles(survey.points)),
        "strokes": _named(quantiles(survey.strokes)),
        "side": _named(quantiles(survey.sides)),
        "longer": {"max_points": max_points, "drawings": survey.longer_than(max_points)},
        "twins": survey.twins,
        **axes,
        "moves": {"from": list(MOVES[:-1]), "lines": survey.moves[0].tolist(), "jumps": survey.moves[1].tolist()},
    }


def _named(values: Sequence[float]) -> dict[str, float]:
    return {NAMES[q]: round(value, 2) for q, value in zip(QUANTILES, values, strict=True)}


def _lines(summary: dict[str, Any]) -> Iterator[str]:
    """The summary for people."""
    yield f"{summary['file']}: {summary['format']}, {summary['drawings']:,} drawings"
    if not summary["drawings"]:
        return
    for name in ("words", "moderation", "splits"):
        yield f"  {name:<12}" + ", ".join(f"{key or '(none)'} {count:,}" for key, count in summary[name].items())
    for name in ("points", "strokes", "side", "dx", "dy"):
        yield f"  {name:<12}" + ", ".join(f"{key} {value:g}" for key, value in summary[name].items())
    if longer := summary["longer"]["drawings"]:
        most = summary["longer"]["max_points"]
        yield f"  note: {longer:,} of these drawings are longer than {most} points: train leaves them out"
    if summary["twins"]:
        yield f"  note: {summary['twins']:,} of these drawings are twins of others in the file"
    if abs(summary["side"]["median"] - SIDE) > SIDE / 4:
        yield f"  note: these drawings do not fit the 0..{SIDE:.0f} box; see docs/data.md"
    yield from _bars(summary["moves"])


def _bars(moves: dict[str, list[float]]) -> Iterator[str]:
    """The distribution of the moves' lengths: a line for each class, lines and jumps apart."""
    most = max(*moves["lines"], *moves["jumps"])
    ends = [f"{start:g} to {end:g} px" for start, end in zip(moves["from"], moves["from"][1:], strict=False)]
    for name in ("lines", "jumps"):
        yield f"  {name} ({sum(moves[name]):,.0f} moves with the pen {'down' if name == 'lines' else 'up'})"
        for label, count in zip([*ends, f"{moves['from'][-1]:g} px on"], moves[name], strict=True):
            yield f"    {label:>14} {count:>10,} {'#' * round(BAR * count / most)}".rstrip()
