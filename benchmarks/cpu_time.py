"""CPU seconds of a process and all below it, by what they are: on a machine that does other things too, they hold."""

import os
from collections import defaultdict
from pathlib import Path

KINDS = {  # what a command line begins with or holds -> what it is, of those that Ray starts
    "ray::ServeReplica": "replica",
    "ray::Proxy": "proxy",
    "ray::HAProxy": "proxy",
    "haproxy": "proxy",
    "ray::ServeController": "controller",
    "raylet": "raylet",
}


def cpu_seconds(root: int) -> dict[str, float]:
    """Of all processes of a tree; what is of no kind is `rest`."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            _, _, rest = (folder / "stat").read_text().rpartition(")")
        except OSError:  # it ended at this moment
            continue
        fields = rest.split()
        parents[int(folder.name)] = int(fields[1])
        spent[int(folder.name)] = (int(fields[11]) + int(fields[12])) / ticks
    found: dict[str, float] = defaultdict(float)
    for process, seconds in spent.items():
        above = process
        while above not in (root, 0, 1):
            above = parents.get(above, 0)
        if above == root:
            found[_kind(process)] += seconds
    return dict(found)


def _kind(process: int) -> str:
    try:
        line = Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "rest"
    program = line.split(" ", 1)[0].rsplit("/", 1)[-1]
    return next((kind for start, kind in KINDS.items() if line.startswith(start) or program == start), "rest")
