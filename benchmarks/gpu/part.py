"""`python -m benchmarks.gpu.part NAME`: one part in this process; the last line of output is what it found.

Parts are imported one by one, so that a package that only one of them needs keeps no other from running.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from benchmarks.gpu.size import Size

Found = dict[str, object]
HOMES = {  # modules of this package, each with a function of the part's name
    "card": "card",
    "decoding": "decoding",
    "paced": "watching",
    "sheet": "engine",
    "sockets": "engine",
    "tests": "testing",
    "training": "training",
}


def parts() -> Mapping[str, Callable[[Size], Found]]:
    """All of them."""
    return {name: _part(name) for name in HOMES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.part")
    parser.add_argument("name", choices=HOMES)
    parser.add_argument("--device", required=True)
    given = parser.parse_args(arguments)
    print(json.dumps(_part(given.name)(Size.of(given.device))))
    return 0


def _part(name: str) -> Callable[[Size], Found]:
    found: Callable[[Size], Found] = getattr(import_module(f"benchmarks.gpu.{HOMES[name]}"), name)
    return found


if __name__ == "__main__":
    sys.exit(main())
