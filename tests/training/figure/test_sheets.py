from pathlib import Path

import pytest
from matplotlib.figure import Figure

from tests.training.figure import tiny
from training.figure import sheets
from training.figure.style import save


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The labels of the rows of each figure that is written."""
    labels: list[list[str]] = []

    def seen(figure: Figure, path: Path) -> None:
        labels.append([text.get_text() for text in figure.axes[0].texts])
        drawings = len(tiny.lines(figure))
        assert drawings == sheets.COLUMNS * len(labels[-1])
        save(figure, path)

    monkeypatch.setattr("training.figure.sheets.save", seen)
    return labels


def test_there_is_a_row_for_each_temperature(tmp_path: Path, shown: list[list[str]]) -> None:
    """Every row has all its drawings and says its temperature."""
    request = tiny.request(tmp_path)
    sheets.pen_temperature(request, tmp_path / "a.svg")
    sheets.move_temperature(request, tmp_path / "b.svg")
    assert shown[0] == [f"$T_p$ = {t:g}" for t in sheets.TEMP_P]
    assert shown[1] == [f"$T_{{xy}}$ = {t:g}" for t in sheets.TEMP_XY]


def test_there_is_a_row_for_each_system(tmp_path: Path, shown: list[list[str]]) -> None:
    """In the order of the ladder."""
    sheets.systems(tiny.request(tmp_path), tmp_path / "a.svg")
    assert shown == [["base", "gmm128_1", "gmm512_20"]]


def test_real_drawings_are_picked_by_the_seed(tmp_path: Path) -> None:
    """The same seed shows the same, another shows others; few drawings make a small sheet."""
    files = [tmp_path / name for name in ("a.svg", "b.svg", "c.svg")]
    for seed, path in zip((1, 1, 2), files, strict=True):
        (tmp_path / path.stem).mkdir()
        sheets.dataset(tiny.request(tmp_path, seed=seed), tmp_path / path.stem / "it.svg")
    same, again, other = ((tmp_path / path.stem / "it.svg").read_bytes() for path in files)
    assert same == again != other
