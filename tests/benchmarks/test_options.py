"""What is said of the machine."""

import json
from pathlib import Path

import torch

from benchmarks.options import Options, surroundings


def test_surroundings_say_what_a_figure_depends_on() -> None:
    """Device, cores, threads, repeats and versions are named, in plain JSON."""
    said = json.loads(json.dumps(surroundings(Options(Path("x"), torch.device("cpu"), threads=3, repeats=5))))
    assert said["device"]
    assert said["cores"] >= 1
    assert (said["threads"], said["repeats"]) == (3, 5)
    assert said["versions"]["torch"] == torch.__version__
