"""The committed recogniser is what it promises to be."""

import json
import re
from pathlib import Path

import pytest
import torch

from model.recogniser.card import RecogniserCard, Score, read_recogniser_card
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser
from tests.hand_drawn import drawings
from training.score.beginnings import PARTS, beginning

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/recogniser.md").read_text()
FOLDER = ROOT / "checkpoints/recogniser"
LARGEST = 8e6  # bytes


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return load_recogniser(FOLDER)


def test_the_card_is_complete(recogniser: Recogniser) -> None:
    """It names the model, all categories, what it learnt from, and scores that reach what was asked for."""
    card = read_recogniser_card(FOLDER)
    assert recogniser.hash == card.sha256
    assert len(set(recogniser.names)) == 345
    assert all(part.source and part.licence for part in card.data)
    assert card.command.startswith("python -m training classifier --form strokes")
    assert card.commit
    assert "torch" in card.versions
    assert [score.part for score in card.scores] == list(PARTS)
    assert card.scores[-1].top1 >= 0.74
    assert card.scores[-1].top1_by_category >= 0.74
    assert (FOLDER / "model.pt").stat().st_size < LARGEST
    assert json.loads((FOLDER / "card.json").read_text())["kind"] == "recogniser"


def test_drawings_from_outside_are_recognised(recogniser: Recogniser) -> None:
    """Nine of ten drawings of nobody's data set at first guess, and all among five."""
    shown = drawings()
    found = recogniser.log_probabilities([torch.from_numpy(drawing) for drawing in shown.values()])
    first_five = [[recogniser.names[i] for i in row] for row in found.topk(5).indices.tolist()]
    assert all(name in guesses for name, guesses in zip(shown, first_five, strict=True))
    assert sum(name == guesses[0] for name, guesses in zip(shown, first_five, strict=True)) >= 9


def test_the_page_s_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What docs/recogniser.md shows sees an envelope."""
    monkeypatch.chdir(ROOT)
    code = PAGE.split("```python\n")[1].split("```")[0]
    exec(code, {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("envelope 0.")


def test_the_page_names_every_key() -> None:
    """docs/recogniser.md describes each key of a card, and each of a score."""
    keys = "".join(re.findall(r"^\| `.*\|$", PAGE, re.MULTILINE))
    assert [name for name in (*RecogniserCard.model_fields, *Score.model_fields) if f"`{name}`" not in keys] == []


def test_it_needs_none_of_our_code(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What docs/recogniser.md shows for others imports torch alone, and sees a square."""
    monkeypatch.chdir(ROOT)
    code = PAGE.split("```python\n")[2].split("```")[0]
    assert [line for line in code.splitlines() if "import" in line] == ["import torch"]
    exec(code, {})  # noqa: S102 - our own page
    assert str(read_recogniser_card(FOLDER).names.index("square")) in capsys.readouterr().out


def test_more_strokes_more_certainty(recogniser: Recogniser) -> None:
    """The right name is likelier, on average, when half of a drawing is there than 30 %, and likeliest of the whole."""
    shown = drawings()
    numbers = torch.tensor([recogniser.names.index(name) for name in shown])
    means = []
    for part in PARTS:
        found = recogniser.log_probabilities([torch.from_numpy(beginning(d, part)) for d in shown.values()])
        means.append(float(found.gather(1, numbers[:, None]).exp().mean()))
    assert means[0] < means[1] < means[-1]
    assert means[-1] > means[0] + 0.2


def test_a_line_is_a_line(recogniser: Recogniser) -> None:
    """One straight stroke, which many things begin with, is taken for what it is."""
    found = recogniser.log_probabilities([torch.tensor([[100.0, 0, 0, 1, 0]])])
    assert recogniser.names[int(found.argmax())] == "line"
