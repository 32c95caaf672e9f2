"""A subject's drawings, one for each seed."""

from pathlib import Path

import pytest

from model.drawing import draw
from tests.training import networks
from training.score import sampling
from training.score.subject import load_all


def test_a_seed_names_its_drawing_however_many_are_decoded_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the seeds' order, and the same in batches of another size."""
    subject = networks.load(networks.write(tmp_path / "penguin", "penguin"))
    together = sampling.sample_drawings(subject, range(5, 10), temp_xy=0.5, temp_p=0.5)
    monkeypatch.setattr(sampling, "BATCH", 2)
    apart = sampling.sample_drawings(subject, range(5, 10), temp_xy=0.5, temp_p=0.5)
    assert [drawing.stroke5.tolist() for drawing in together] == [drawing.stroke5.tolist() for drawing in apart]
    assert len({drawing.stroke5.tobytes() for drawing in together}) > 1


def test_subjects_draw_side_by_side_what_each_draws_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as long as its own card allows, and what is cut there has not ended."""
    folder = networks.write(tmp_path / "many", "cat", "dog", "owl")
    subjects = list(load_all([folder], []))
    card = subjects[0].checkpoint.card
    limits = [4, 24, 9]
    cards = [each.model_copy(update={"max_points": most}) for each, most in zip(card.subjects, limits, strict=True)]
    object.__setattr__(subjects[0].checkpoint, "card", card.model_copy(update={"subjects": tuple(cards)}))
    monkeypatch.setattr(sampling, "BATCH", 7)  # no multiple of the seeds: a batch begins amid a subject
    together = sampling.sample_each(subjects, range(30), temp_xy=0.5, temp_p=0.5)
    for subject, drawings, most in zip(subjects, together, limits, strict=True):
        alone = draw(
            subject.checkpoint, range(30), temp_xy=0.5, temp_p=0.5, max_points=most, subject=subject.number, chunk=most
        )
        assert [drawing.stroke5.tobytes() for drawing in drawings] == [drawing.stroke5.tobytes() for drawing in alone]
        assert [drawing.ended for drawing in drawings] == [drawing.ended for drawing in alone]
        assert [drawing.seed for drawing in drawings] == list(range(30))
    assert {drawing.ended for drawing in together[1] + together[2]} == {True, False}
