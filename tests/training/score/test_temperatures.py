import numpy as np
import pytest
import torch

from model.drawing import Drawing
from model.strokes import END_ROW
from tests.training import networks
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork
from training.score import temperatures
from training.score.recognisability import Recognisability, recognisability
from training.score.sampling import sample_drawings
from training.score.subject import Subject, load_all
from training.score.temperatures import FIRST_SEED, NO_END, SLACK, Tried, recommend, smoothed, surest, try_all, warmest

NAMES = ("owl", "dog", "cat", "lion")
PAIRS = ((0.2, 0.5), (0.8, 0.9))


def at(top1: float, ended: float = 1.0) -> Tried:
    return Tried(Recognisability(100, top1, (0, 1), 1.0, (0, 1), {}), ended)


@pytest.fixture(scope="module")
def classifier() -> PictureClassifier:
    torch.manual_seed(0)
    config = ClassifierConfig(len(NAMES), size=16, widths=(4, 4))
    return PictureClassifier(PictureNetwork(config).eval(), config, NAMES)


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> list[Subject]:
    folder = networks.write(tmp_path_factory.mktemp("many") / "many", "cat", "dog", "owl", max_points=8)
    return list(load_all([folder], []))


def test_the_warmest_of_the_best_is_recommended() -> None:
    """Within the slack of the best, warmer moves win, then a warmer pen; what is worse than that never does."""
    slack = SLACK / 2
    found = {(0.01, 1.0): at(0.8), (0.08, 1.0): at(0.8 - slack), (0.08, 9.0): at(0.8 - slack), (0.64, 9.0): at(0.7)}
    assert warmest(found) == (0.08, 9.0)
    assert warmest({**found, (5.0, 1.0): at(0.95)}) == (5.0, 1.0)


def test_a_lucky_pair_among_bad_ones_is_not_recommended() -> None:
    """A pair counts by its neighbours, too: a good region wins over one good pair; pairs far apart stay as they are."""
    grid = {(xy, p): at(0.5) for xy in (0.1, 0.15, 0.25) for p in (0.5, 0.7, 0.9)}
    region = {(0.1, 0.5): at(0.72), (0.1, 0.7): at(0.72), (0.15, 0.5): at(0.72), (0.15, 0.7): at(0.72)}
    assert warmest({**grid, **region, (0.25, 0.9): at(0.75)}) in region
    assert smoothed({(0.01, 0.5): 0.1, (1.0, 5.0): 0.9}) == pytest.approx({(0.01, 0.5): 0.1, (1.0, 5.0): 0.9})


def test_drawings_that_do_not_end_count_against_a_pair() -> None:
    """As much as `NO_END` says: better recognised ones that are cut lose to worse ones that end."""
    cut = at(0.9, ended=0.6)
    assert cut.worth == pytest.approx(0.9 - 0.4 * NO_END)
    assert warmest({(0.5, 0.5): cut, (0.1, 0.5): at(0.8)}) == (0.1, 0.5)


def test_each_pair_is_judged_by_the_subjects_own_drawings(
    subjects: list[Subject], classifier: PictureClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each of many subjects is found to be like is what it is like alone, in groups of any size."""
    monkeypatch.setattr(temperatures, "GROUP", 12)  # two subjects
    for (temp_xy, temp_p), found in try_all(subjects, classifier, PAIRS, 6):
        for subject, its in zip(subjects, found, strict=True):
            drawings = sample_drawings(subject, range(FIRST_SEED, FIRST_SEED + 6), temp_xy=temp_xy, temp_p=temp_p)
            shown = [drawing.stroke5 for drawing in drawings]
            assert its.recognised == recognisability(classifier, shown, subject.card.name)
            assert its.ended == sum(drawing.ended for drawing in drawings) / 6


def test_what_is_reported_is_drawn_afresh(subjects: list[Subject], classifier: PictureClassifier) -> None:
    """By the first seeds, each subject at its own pair, though others are drawn beside it."""
    cool, warm = ({pair: at(float(pair == best)) for pair in PAIRS} for best in PAIRS)
    found = recommend(subjects, classifier, [cool, warm, cool], 6)
    assert [(its.temp_xy, its.temp_p) for its in found] == [PAIRS[0], PAIRS[1], PAIRS[0]]
    for subject, its in zip(subjects, found, strict=True):
        drawings = sample_drawings(subject, range(32), temp_xy=its.temp_xy, temp_p=its.temp_p)
        shown = [drawing.stroke5 for drawing in drawings[:6]]
        assert its.drawn.recognised == recognisability(classifier, shown, subject.card.name)
        assert its.seed is None or drawings[its.seed].ended


def test_the_surest_drawing_that_ends_shows_a_subject() -> None:
    """One that was cut does not, nor one of a seed that nobody looks at; where none ends there is none."""
    rows = END_ROW[None]
    drawings = [Drawing(0, rows, True), Drawing(1, rows, False), Drawing(2, rows, True), Drawing(99, rows, True)]
    right = np.array([0.1, 0.9, 0.3, 0.8], np.float32)
    assert surest(drawings, right) == 2
    assert surest(drawings[1:2], right[1:2]) is None
