"""`python -m inkstream.cluster FILE...`: say what Ray Serve would ignore, or refuse, in files for `serve deploy`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from model.errors import how_to_install

try:
    from inkstream.cluster.check import problems_of
except ModuleNotFoundError as lacking:
    sys.exit(f"error: {how_to_install(lacking, 'cluster')}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check each file; 1 where something is wrong with one."""
    parser = argparse.ArgumentParser(prog="python -m inkstream.cluster", description="Check files for Ray Serve.")
    parser.add_argument("file", nargs="+", type=Path, help="serve.yaml, or the manifest of a RayService")
    wrong = 0
    for path in parser.parse_args(arguments).file:
        for line in problems_of(path.read_text()):
            print(f"{path}: {line}", file=sys.stderr)
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
