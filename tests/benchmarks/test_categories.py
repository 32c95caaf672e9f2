"""One network of many categories, measured by services of their own."""

from pathlib import Path

import pytest
import torch

from benchmarks import categories as module
from benchmarks.asked import Asked
from benchmarks.categories import categories
from benchmarks.options import Options
from tests.app.tiny import subject_card, write_checkpoint, write_network
from tests.benchmarks.conftest import InProcess


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A network of three categories, beside one that draws one of them by default."""
    write_checkpoint(tmp_path, "dog")
    return write_network(tmp_path, "zoo", "zoo3", [subject_card(name) for name in ("bee", "cat", "dog")])


@pytest.mark.slow
def test_one_category_stands_beside_many(zoo: Path, monkeypatch: pytest.MonkeyPatch, in_process: InProcess) -> None:
    """Points per second and memory, by how many categories are drawn: one, and all that there are."""
    in_process(module)
    for name, value in {"SECONDS": 0.3, "CLIENTS": 4, "ALL": zoo.parent / "nowhere"}.items():
        monkeypatch.setattr(module, name, value)
    figures = categories(Options(zoo, torch.device("cpu"), threads=1, repeats=1))
    for key in ("categories_points_per_second", "memory_mib"):
        values = figures[key]
        assert isinstance(values, dict)
        assert list(values) == ["1", "3"]
        assert min(values.values()) > 0


def test_without_a_checkpoint_there_is_nothing_to_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random weights are for other benchmarks."""
    monkeypatch.setattr(module, "ALL", tmp_path / "nowhere")
    assert categories(Options(None, torch.device("cpu"), threads=1, repeats=1)) == {}


def test_a_checkpoint_is_asked_for_by_its_system_where_need_be(zoo: Path) -> None:
    """The path alone is enough for what is drawn by default."""
    assert Asked.of(zoo) == Asked(("bee", "cat", "dog"), "zoo3", by_default=True)
    assert Asked.of(zoo).path == "/draw/bee"
    assert Asked.of(zoo.parent / "dog").path == "/draw/dog"
    other = write_checkpoint(zoo.parent, "cat", system="gmm16_1", folder="cat@gmm16_1")
    assert Asked.of(other).path == "/draw/cat?system=gmm16_1"
