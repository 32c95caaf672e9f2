"""`python -m training pack`: drawings of many categories as two small files, for a machine that is far away."""

import argparse
import logging
from pathlib import Path

from training import arguments, values
from training.data.collection import collect, files_by_category
from training.data.packed import write_packed

log = logging.getLogger(__name__)
MAX_POINTS = 250  # more than is trained on by default, so that it can be decided later


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = "Pack the training and validation splits of a folder of drawings for `pretrain --data`."
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a file for each category")
    parser.add_argument("--extra-data", type=Path, metavar="DIR", help="more of the same categories, for training only")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    parser.add_argument("--max-points", type=values.points, default=MAX_POINTS, help="longer drawings are left out")
    arguments.add_skip_bad(parser)


def run(args: argparse.Namespace) -> int:
    """Pack as the arguments say."""
    extra = files_by_category(args.extra_data) if args.extra_data else {}
    found = collect(files_by_category(args.data), extra, max_points=args.max_points, skip_bad=args.skip_bad)
    write_packed(args.out, found)
    size = sum(path.stat().st_size for path in args.out.glob("*.small.npz"))
    log.info(
        "%s: %d categories, %d real and %d extra drawings for training, %d for validation, %.1f MB",
        *(args.out, len(found.names), found.real, found.extra, len(found.valid), size / 1e6),
    )
    return 0
