"""What a checkpoint is counted as, beside what a process grows by."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from model.card import Card
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.weights import ContextParts, Weights, stored
from tests.app.tiny import subject_card

ROOT = Path(__file__).parents[3]
MEASURE = """
import gc, json, os, sys
from pathlib import Path
import torch
from app.catalogue.catalogue import read_catalogue
from app.catalogue.checkpoint_cache import load
from app.catalogue.memory import give_back, size_of

def resident():
    give_back()
    return 1024 * int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])

torch.set_num_threads(1)
for root in sys.argv[1:]:
    if child := os.fork():
        os.waitpid(child, 0)
        continue
    first, second, *others = read_catalogue(Path(root)).networks()
    kept = [load(first, "cpu"), load(second, "cpu")]  # PyTorch's own, and what is compiled once
    gc.collect()
    before = resident()
    loaded = [load(network, "cpu") for network in others]
    gc.collect()
    print(json.dumps([resident() - before, sum(map(size_of, loaded))]), flush=True)
    os._exit(0)
"""


def weights_of(hidden: int, subjects: int, latent: int) -> Weights:
    """Random weights of this shape; of several subjects with tables, as `pretrain` makes them."""
    made = Network(NetworkConfig(hidden=hidden, mixtures=20), torch.zeros(2), torch.full((2,), 40.0))
    parts = None
    if subjects > 1:
        width = len(stored(made)["contexts.base"])
        parts = ContextParts(torch.zeros(subjects, width), torch.zeros(width, latent))
    return stored(made, parts)


def write(folder: Path, weights: Weights, hidden: int, subjects: int, latent: int) -> None:
    """A checkpoint of weights of this shape."""
    names = [f"{folder.name} {number}" for number in range(subjects)] if subjects > 1 else [folder.name]
    card = Card(
        system=f"of-{folder.name}",
        hidden=hidden,
        mixtures=20,
        latent=latent,
        mean=(0, 0),
        std=(40, 40),
        subjects=tuple(subject_card(name, default=True) for name in names),
    )
    save_checkpoint(folder, weights, card)


def copy(folder: Path, name: str) -> None:
    """Beside a checkpoint another of the same weights, whose subjects have other names."""
    other = folder.with_name(name)
    other.mkdir()
    (other / "model.pt").write_bytes((folder / "model.pt").read_bytes())
    (other / "card.json").write_text((folder / "card.json").read_text().replace(folder.name, name))


SHAPES = {"small": (128, 1, 0, 12), "a category": (512, 1, 0, 6), "all categories": (1024, 345, 128, 3)}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to measure by")
def test_a_checkpoint_is_counted_as_what_it_takes(tmp_path: Path) -> None:
    """The budget counts within a fifth of what the process grows by, for small networks and for the largest."""
    for name, (hidden, subjects, latent, count) in SHAPES.items():
        write(tmp_path / name / "thing0", weights_of(hidden, subjects, latent), hidden, subjects, latent)
        for number in range(1, count):
            copy(tmp_path / name / "thing0", f"thing{number}")
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, *(str(tmp_path / name) for name in SHAPES)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    for name, line in zip(SHAPES, measured.stdout.splitlines(), strict=True):
        grown, counted = json.loads(line)
        assert counted == pytest.approx(grown, rel=0.2), f"{name}: {grown} bytes grown, {counted} counted"
