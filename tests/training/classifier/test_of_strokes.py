from pathlib import Path

import numpy as np
import pytest
import torch

from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.recogniser import Recogniser
from tests.capture import Operations
from tests.training import round_and_square
from tests.training.round_and_square import drawings
from training.classifier import alter
from training.classifier.dataset import StrokeDataset, stroke_datasets
from training.classifier.of_strokes import StrokeTrainer
from training.classifier.recipe import ClassifierRecipe
from training.classifier.trainer import Shown
from training.data.collection import files_by_category
from training.errors import TrainingError
from training.loop.progress import Progress

SHAPE = Shape(2, size=24, widths=(4, 8, 16), path_widths=(8, 8, 16))
RECIPE = ClassifierRecipe(
    steps=10, batch=16, muon=0.03, straight=True, average=0.9, small=16, bfloat16=False, save_seconds=0.0
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> StrokeDataset:
    folder = round_and_square.folder(tmp_path_factory.mktemp("data"))
    return stroke_datasets(files_by_category(folder), ("train",))["train"]


def trainer(folder: Path, dataset: StrokeDataset, recipe: ClassifierRecipe = RECIPE) -> StrokeTrainer:
    return StrokeTrainer(dataset, recipe, folder, Progress(folder / "log.jsonl", quiet=True), shape=SHAPE)


def weights(network: RecogniserNetwork) -> dict[str, torch.Tensor]:
    return dict(network.state_dict())


def test_it_learns_to_see(tmp_path: Path, dataset: StrokeDataset) -> None:
    """In seconds, new ellipses and rectangles are told apart almost always."""
    network = trainer(tmp_path, dataset, ClassifierRecipe(steps=50, batch=32, muon=0.03, small=16, bfloat16=False))
    recogniser = Recogniser(InferenceNetwork(network.recogniser()), dataset.names, "")
    for number, kind in enumerate(dataset.names):
        shown = [torch.from_numpy(drawing) for drawing in drawings(kind, 100, seed=7)]
        assert (recogniser.log_probabilities(shown).argmax(dim=1) == number).float().mean() > 0.9


def test_bfloat16_learns_alike(tmp_path: Path, dataset: StrokeDataset) -> None:
    """With quick convolutions in bfloat16 the first steps lose what they lose in float32, nearly."""
    losses = []
    for name, half in (("half", True), ("single", False)):
        recipe = ClassifierRecipe(steps=1, batch=64, muon=0.03, small=16, bfloat16=half)
        work = trainer(tmp_path / name, dataset, recipe)
        work.fit()
        losses.append(work.progress.loss)
    assert losses[0] == pytest.approx(losses[1], rel=0.03)


def test_a_killed_run_ends_as_if_it_had_not_been(
    tmp_path: Path, dataset: StrokeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed and started again, a run comes to the same weights: momentum and mean weights are kept, too."""
    expected = weights(trainer(tmp_path / "whole", dataset).recogniser())
    broken = trainer(tmp_path / "broken", dataset)
    step = broken._step

    def die(number: int) -> None:
        if number == 6:
            raise KeyboardInterrupt
        step(number)

    monkeypatch.setattr(broken, "_step", die)
    with pytest.raises(KeyboardInterrupt):
        broken.recogniser()
    found = weights(trainer(tmp_path / "broken", dataset).recogniser())
    assert all(torch.equal(value, found[name]) for name, value in expected.items())


def test_state_of_other_drawings_is_refused(tmp_path: Path, dataset: StrokeDataset) -> None:
    """A folder with the state of other drawings is not continued in silence."""
    recipe = ClassifierRecipe(steps=1, batch=8, small=16, bfloat16=False)
    trainer(tmp_path, dataset, recipe).fit()
    fields = vars(dataset) | {"points": dataset.points + np.float32(1)}
    with pytest.raises(TrainingError, match="other data or settings"):
        trainer(tmp_path, StrokeDataset(**fields), recipe).fit()


@pytest.mark.parametrize("bfloat16", [True, False])
def test_a_step_never_waits_for_the_device(
    tmp_path: Path, dataset: StrokeDataset, bfloat16: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the gather of its drawings to the changed weights, no value goes to the host and none comes from it."""
    monkeypatch.setattr(alter, "_most", lambda numbers: numbers.size(1))  # as on a GPU
    monkeypatch.setattr(StrokeTrainer, "_look", lambda work, _: work.made.clear())
    work = trainer(tmp_path, dataset, ClassifierRecipe(steps=1, batch=32, muon=0.03, small=16, bfloat16=bfloat16))
    work.fit()
    which, category = work._choose(torch.Generator().manual_seed(0))
    shown = Shown(which, torch.from_numpy(which), category)
    work.network.train()
    with Operations() as operations:
        work.update(shown, 16, 0, torch.Generator().manual_seed(0))
    assert {"index.Tensor", "_fused_adamw_.default"} <= operations.called
    assert not operations.waits
