import json
import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from model.picture.raster import rasterise_all
from tests.training.full_disk import full
from tests.training.round_and_square import drawings
from training.classifier.dataset import PictureDataset
from training.classifier.of_pictures import PictureTrainer
from training.classifier.pictures import ClassifierConfig
from training.classifier.recipe import ClassifierRecipe
from training.errors import TrainingError
from training.loop.progress import Progress

NAMES = ("round", "square")
COUNTS = (150, 50)
RECIPE = ClassifierRecipe(steps=12, batch=32, lr=1e-2, small=16, bfloat16=False, save_seconds=0.0)
CONFIG = ClassifierConfig(2, size=24, widths=(4, 8, 16), dropout=0.1)


def dataset() -> PictureDataset:
    sketches = [sketch for kind, count in zip(NAMES, COUNTS, strict=True) for sketch in drawings(kind, count)]
    return PictureDataset(NAMES, np.repeat([0, 1], COUNTS), rasterise_all(sketches))


def trainer(folder: Path, recipe: ClassifierRecipe = RECIPE, shown: PictureDataset | None = None) -> PictureTrainer:
    progress = Progress(folder / "log.jsonl", quiet=True)
    return PictureTrainer(shown or dataset(), recipe, folder, progress, config=CONFIG)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, torch.Tensor]:
    """What a run comes to that nothing kills."""
    return trainer(tmp_path_factory.mktemp("whole")).fit().state_dict()


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def test_it_learns_to_see(tmp_path: Path) -> None:
    """In seconds, new ellipses and rectangles are told apart almost always."""
    recipe = ClassifierRecipe(steps=160, batch=32, lr=1e-2, small=16, bfloat16=False)
    classifier = trainer(tmp_path, recipe).classifier()
    for number, kind in enumerate(NAMES):
        answers = classifier.classify(drawings(kind, 200, seed=7)).argmax(axis=1)
        assert (answers == number).mean() > 0.95


def test_the_same_seed_gives_the_same_classifier(tmp_path: Path) -> None:
    """All chance in training comes from the recipe's seed."""
    short = ClassifierRecipe(steps=8, batch=16, small=16, bfloat16=False)
    first, again = (trainer(tmp_path / name, short).fit().state_dict() for name in "ab")
    other = (
        trainer(tmp_path / "c", ClassifierRecipe(steps=8, batch=16, small=16, bfloat16=False, seed=1))
        .fit()
        .state_dict()
    )
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert not torch.equal(first["head.weight"], other["head.weight"])


@pytest.mark.parametrize("kill_at", [1, 5, 11])
def test_a_killed_run_ends_as_if_it_had_not_been(
    whole: Mapping[str, torch.Tensor], tmp_path: Path, kill_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any step and started again, a run comes to the same weights."""
    broken = trainer(tmp_path)
    step = broken._step

    def die(number: int) -> None:
        if number == kill_at:
            raise Killed
        step(number)

    monkeypatch.setattr(broken, "_step", die)
    with pytest.raises(Killed):
        broken.fit()
    found = trainer(tmp_path).fit().state_dict()
    assert all(torch.equal(value, found[name]) for name, value in whole.items())


def test_state_of_another_run_is_refused(tmp_path: Path) -> None:
    """A folder with the state of other settings or other drawings is not continued in silence."""
    short = ClassifierRecipe(steps=2, batch=8, small=16, bfloat16=False)
    trainer(tmp_path, short).fit()
    with pytest.raises(TrainingError, match="other data or settings"):
        trainer(tmp_path, ClassifierRecipe(steps=3, batch=8, small=16, bfloat16=False)).fit()
    darker = dataset()
    darker.pictures[0] = 255
    with pytest.raises(TrainingError, match="other data or settings"):
        trainer(tmp_path, short, darker).fit()


def test_a_category_without_drawings_is_named(tmp_path: Path) -> None:
    """Nothing could be learned of it, so training does not begin."""
    plain = dataset()
    with pytest.raises(TrainingError, match="'zigzag' has no drawing"):
        trainer(tmp_path, shown=PictureDataset((*NAMES, "zigzag"), plain.category, plain.pictures)).fit()


def test_a_loss_that_is_not_finite_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NaN stops with a message that names the step; the state on disk is from before it."""
    work = trainer(tmp_path)
    step = work._step

    def spoil(number: int) -> None:
        if number == 7:
            next(work.network.parameters()).data.fill_(math.nan)
        step(number)

    monkeypatch.setattr(work, "_step", spoil)
    with pytest.raises(TrainingError, match="loss is nan at step 8"):
        work.fit()
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["step"] == 7
    assert all(torch.isfinite(value).all() for value in saved["weights"].values())


def test_a_full_disk_is_found_out_before_the_first_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when the first state is due, a minute later."""
    work = trainer(tmp_path)
    monkeypatch.setattr(work, "_step", lambda _: pytest.fail("a step was made"))
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        work.fit()


def test_rare_categories_are_shown_more_often_than_they_are() -> None:
    """With balance 1/2, three times as many drawings are shown sqrt(3) times as often, each drawing at some time."""
    work = trainer(Path("unused"), ClassifierRecipe(batch=20_000))
    work._arrange()
    which, category = work._choose(torch.Generator().manual_seed(0))
    assert (work.dataset.category[which] == category.numpy()).all()
    shown = np.bincount(category.numpy())
    assert shown[0] / shown[1] == pytest.approx(math.sqrt(3), rel=0.05)
    assert len(np.unique(which)) == len(work.dataset)


def test_the_rate_rises_and_falls() -> None:
    """Warm-up to the full rate, then a cosine to nothing."""
    recipe = ClassifierRecipe(steps=200, warmup=0.1)
    rates = [recipe.rate(step) for step in range(200)]
    assert max(rates) == pytest.approx(1)
    assert rates[0] < 0.1
    assert rates[-1] < 0.001
    assert all(a >= b for a, b in pairwise(rates[20:]))


def test_the_log_tells_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log holds steps, losses and pictures a second as JSON."""
    monkeypatch.setattr("training.loop.progress.LOG_SECONDS", 0.0)
    work = trainer(tmp_path, ClassifierRecipe(steps=3, batch=8, small=16, bfloat16=False))
    work.progress.counted = "pictures"
    work.fit()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3]
    assert all(line["loss"] > 0 and line["pictures_per_second"] > 0 for line in lines)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_learns_too(tmp_path: Path) -> None:
    """The same loop on a GPU in bfloat16."""
    work = trainer(tmp_path, ClassifierRecipe(steps=160, batch=32, lr=1e-2, small=16))
    work.device = "cuda"
    classifier = work.classifier()
    assert (classifier.classify(drawings("square", 200, seed=7)).argmax(axis=1) == 1).mean() > 0.95


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_never_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten steps in which torch would raise at whatever makes the host wait for the device."""
    work = trainer(tmp_path, ClassifierRecipe(steps=1, batch=32, small=16))
    work.device = "cuda"
    monkeypatch.setattr(PictureTrainer, "_look", lambda *_: None)
    work.fit()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for step in range(10):
            work._step(step)
    finally:
        torch.cuda.set_sync_debug_mode("default")
