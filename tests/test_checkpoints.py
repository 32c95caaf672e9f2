"""The committed checkpoints are what they promise to be."""

import json
import zipfile
from pathlib import Path

import pytest
import torch

from model.checkpoint import Checkpoint, find_checkpoints, load_checkpoint, read_card
from model.drawing import draw
from model.names import slug
from model.strokes import validate
from model.systems import DEFAULT_SYSTEM, SYSTEMS
from tests.model.test_checkpoint import keep_contract

ROOT = Path(__file__).parents[1]
DRAWINGS = 64
CODE = 64 * 1024  # bytes of an archive that are no weights: the methods and their source

FOLDERS = find_checkpoints(ROOT / "checkpoints")

every = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def loaded(request: pytest.FixtureRequest) -> Checkpoint:
    """Each of them."""
    folder: Path = request.param
    return load_checkpoint(folder)


def test_the_card_is_complete(loaded: Checkpoint) -> None:
    """The hash matches, every key says something true of the model beside it, and the data has source and licence."""
    card, folder = loaded.card, loaded.folder
    if len(card.subjects) == 1:
        assert folder.name in {card.subject.slug, f"{card.subject.slug}@{card.system}"}
    for subject in card.subjects:
        assert subject.slug == slug(subject.name)
    log_pi, *_ = loaded.module.mixture(loaded.begin([0]))
    assert card.mixtures == log_pi.size(1)
    buffers = dict(loaded.module.named_buffers())
    assert card.hidden == buffers["recurrent.integers"].size(1)
    assert card.mean == pytest.approx(buffers["mean"].tolist())
    assert card.std == pytest.approx(buffers["std"].tolist())
    assert card.nats is not None
    assert card.nats.total == pytest.approx(card.nats.xy + card.nats.pen, abs=0.002)
    assert card.data
    assert all(part.source and part.licence for part in card.data)
    assert card.command.startswith("python -m training")
    assert card.commit
    assert "torch" in card.versions
    written = json.loads((folder / "card.json").read_text())
    assert written["format"] == 2
    assert all(set(subject) >= {"max_points", "temp_xy", "temp_p"} for subject in written["subjects"])


@every
def test_no_path_of_a_machine_is_in_it(folder: Path) -> None:
    """TorchScript's notes on where its code came from, with paths of the machine that wrote it, are left out."""
    with zipfile.ZipFile(folder / "model.pt") as archive:
        assert not [name for name in archive.namelist() if name.endswith(".debug_pkl")]


def test_the_contract_is_kept() -> None:
    """Plain torch, without our code, finds in each the contract's methods, shapes and types."""
    assert keep_contract({folder: read_card(folder) for folder in FOLDERS})


def test_drawings_end(loaded: Checkpoint) -> None:
    """At the recommended temperatures all drawings are valid stroke-5, and nine in ten of a default's come to an end.

    Of a network of several subjects one of each is drawn.

    The lower rungs of the ladder need not: two of them have no pen to end with (docs/ladder.md).
    """
    torch.set_num_threads(1)
    first, *others = loaded.card.subjects
    subjects = range(1 + len(others)) if others else [0] * DRAWINGS
    drawings = draw(
        loaded,
        range(len(subjects)),
        temp_xy=first.temp_xy,
        temp_p=first.temp_p,
        max_points=first.max_points,
        subject=subjects,
    )
    for drawing in drawings:
        validate(drawing.stroke5)
    assert "@" in loaded.folder.name or sum(drawing.ended for drawing in drawings) >= 0.9 * len(drawings)


def test_weights_are_bytes(loaded: Checkpoint) -> None:
    """Matrices of a step are stored in eight bits, the head in twice eight, contexts in sixteen: files are small."""
    buffers = dict(loaded.module.named_buffers())
    matrices = {name: buffer for name, buffer in buffers.items() if name.endswith("integers")}
    wanted = {"recurrent.integers": torch.int8, "head.linear.integers": torch.int8}
    assert {name: matrices[name].dtype for name in wanted} == wanted
    assert {buffer.dtype for buffer in matrices.values()} <= {torch.int8, torch.int16}
    assert buffers["contexts.table"].dtype == torch.half
    size = sum(buffer.numel() * buffer.element_size() for buffer in buffers.values())
    assert (loaded.folder / "model.pt").stat().st_size < size + CODE


def test_company_does_not_matter(loaded: Checkpoint) -> None:
    """A seed's drawing is the same alone and among 64, bit for bit, whatever they show."""
    subjects = [seed % len(loaded.card.subjects) for seed in range(DRAWINGS)]
    together = draw(loaded, range(DRAWINGS), temp_xy=0.5, temp_p=0.5, max_points=40, subject=subjects)
    for seed in (0, 1, 31, 63):
        [alone] = draw(loaded, [seed], temp_xy=0.5, temp_p=0.5, max_points=40, subject=subjects[seed])
        assert alone.stroke5.tobytes() == together[seed].stroke5.tobytes()


@pytest.mark.parametrize("name", ["face", "firetruck", "the-eiffel-tower"])
def test_the_ladder_descends(name: str) -> None:
    """In the article's order each system scores better than the one before, on the same held-out drawings."""
    totals = []
    for system in SYSTEMS:
        card = read_card(ROOT / "checkpoints" / (name if system == DEFAULT_SYSTEM else f"{name}@{system}"))
        assert card.system == system
        assert card.nats is not None
        totals.append(card.nats.total)
    assert totals == sorted(totals, reverse=True)
