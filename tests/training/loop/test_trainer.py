import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from model.network import Network, NetworkConfig
from tests.training import shapes
from tests.training.full_disk import full
from training.data.corpus import Corpus
from training.errors import TrainingError
from training.loop.looks import Looks
from training.loop.nats import score
from training.loop.precision import LossScale
from training.loop.progress import Progress
from training.loop.recipe import Recipe
from training.loop.run import Numbers, Run
from training.loop.trainer import Trainer

TRAIN = Corpus.of(shapes.drawings("square", 96) + shapes.drawings("zigzag", 96))
VALID = Corpus.of(shapes.drawings("square", 20, seed=9) + shapes.drawings("zigzag", 20, seed=9))
RECIPE = Recipe(
    epochs=4, batch=32, lr=1e-2, warmup=5, scale=0.1, dropout=0.1, validations=4, bfloat16=False, save_seconds=0.0
)


def trainer(folder: Path, recipe: Recipe = RECIPE, hidden: int = 16) -> Trainer:
    torch.manual_seed(0)
    mean, std = (torch.from_numpy(moment) for moment in TRAIN.offset_moments())
    network = Network(NetworkConfig(hidden=hidden, mixtures=2), mean, std)
    network.dropout = recipe.dropout
    return Trainer(network, TRAIN, VALID, recipe, folder, Progress(folder / "log.jsonl", quiet=True))


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def losses(run: Run) -> list[float]:
    return [entry["total"] for entry in run.history]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run that nothing disturbed, at its end."""
    work = trainer(tmp_path_factory.mktemp("whole"))
    work.fit()
    return work


def test_training_learns(whole: Trainer, tmp_path: Path) -> None:
    """The validation score falls by nats, and the network is left at its best validation."""
    before = score(trainer(tmp_path).network, VALID).total
    assert whole.run.best < before - 0.8
    assert score(whole.network, VALID).total == pytest.approx(min(losses(whole.run)), abs=1e-6)


def test_golden_loss(whole: Trainer) -> None:
    """A seeded run gives the pinned score: a change that should not alter results does not.

    Rounding differs between machines, hence the tolerance, which is far below what any change of the maths does.
    """
    assert whole.run.best == pytest.approx(GOLDEN, abs=0.02)


GOLDEN = 10.948


@pytest.mark.parametrize("kill_at", [1, 6, 7, 13, 23])
def test_a_killed_run_ends_as_if_it_had_not_been(
    whole: Trainer, tmp_path: Path, kill_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any step and started again, a run goes through the same losses to the same weights."""
    broken = trainer(tmp_path)
    step = broken._step

    def die(number: int, which: Numbers, there: Tensor) -> int:
        if number == kill_at:
            raise Killed
        return step(number, which, there)

    monkeypatch.setattr(broken, "_step", die)
    with pytest.raises(Killed):
        broken.fit()
    resumed = trainer(tmp_path)
    found = resumed.fit()
    assert losses(found) == losses(whole.run)
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name


def test_a_finished_run_started_again_does_nothing_more(tmp_path: Path) -> None:
    """The same command after the end keeps the result."""
    first = trainer(tmp_path).fit()
    again = trainer(tmp_path).fit()
    assert (again.step, losses(again)) == (first.step, losses(first))


def poisoned(corpus: Corpus, number: int, value: float) -> Corpus:
    """The same drawings, but for one move of one of them."""
    rows = corpus.rows.copy()
    rows[corpus.starts[number] + 1, 0] = value
    return Corpus(rows, corpus.starts, corpus.category)


def is_good(saved: dict[str, Any]) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in saved["weights"].values())


@pytest.mark.parametrize(("value", "farthest"), [(math.nan, "no finite number"), (3e38, "up to 3e+38 pixels")])
def test_a_poisoned_batch_stops_and_is_named(tmp_path: Path, value: float, farthest: str) -> None:
    """A drawing that makes the loss NaN or infinite is named with step and rate; the state of before is on disk."""
    work = trainer(tmp_path)
    work.train, work.names = poisoned(TRAIN, 40, value), ("wobbly square",)
    with pytest.raises(TrainingError) as stopped:
        work.fit()
    message = str(stopped.value)
    found = re.search(r"at step (\d+) \(learning rate ([\d.e-]+)\)", message)
    assert found, message
    step = int(found[1])
    assert float(found[2]) == pytest.approx(RECIPE.lr * work.rate(step - 1), rel=0.05)
    assert "number 40 of the training split (wobbly square, 7 rows" in message
    assert farthest in message
    assert f"of step {step - 1}, is kept in {tmp_path}" in message
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["run"]["step"] == step - 1
    assert is_good(saved)


def before_the_eighth(work: Trainer, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[], object]) -> None:
    """Have something happen before the eighth step of a run."""
    step = work._step

    def spoilt(number: int, which: Numbers, there: Tensor) -> int:
        if number == 7:
            spoil()
        return step(number, which, there)

    monkeypatch.setattr(work, "_step", spoilt)


def test_a_gradient_that_is_not_finite_stops_before_the_weights_are_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the loss is a number but its gradient is none, no update is made."""
    work = trainer(tmp_path)
    bias = dict(work.network.named_parameters())["head.bias"]
    before_the_eighth(
        work,
        monkeypatch,
        lambda: bias.register_hook(lambda gradient: gradient * math.inf),  # type: ignore[no-untyped-call]
    )
    with pytest.raises(TrainingError, match=r"gradient's norm is (nan|inf) at step 8 .* the least likely: number \d+"):
        work.fit()
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["run"]["step"] == 7
    assert is_good(saved)
    assert is_good({"weights": work.network.state_dict()})


def test_a_loss_that_explodes_stops_and_keeps_the_state_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learning rate gone mad is noticed within some steps, and nothing is saved from when the loss had jumped."""
    work = trainer(tmp_path, replace(RECIPE, epochs=20))
    rate = work.rate
    monkeypatch.setattr(work, "rate", lambda step: 2000.0 if step >= 40 else rate(step))
    with pytest.raises(TrainingError, match=r"the loss has exploded to \S+ per point at step 4[4-9]"):
        work.fit()
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["run"]["step"] in (40, 41)
    assert max(saved["run"]["calm"]) < 15


def test_a_bad_batch_or_two_do_not_stop_a_run(tmp_path: Path) -> None:
    """A wild but finite drawing makes one step's loss jump; the run goes on, for clipping bounds what it can do."""
    work = trainer(tmp_path, replace(RECIPE, epochs=8))
    work.train = poisoned(TRAIN, 40, 1e5)
    assert work.fit().best < 12


def test_weights_that_are_lost_are_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the weights themselves have become NaN, the state on disk stays that of before."""
    work = trainer(tmp_path, replace(RECIPE, save_seconds=60.0))
    before_the_eighth(work, monkeypatch, lambda: next(work.network.parameters()).data.fill_(math.nan))
    with pytest.raises(TrainingError, match=r"loss is nan at step 8 .* of step 6, is kept"):
        work.fit()
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["run"]["step"] == 6
    assert is_good(saved)


def test_a_validation_that_is_not_finite_stops(tmp_path: Path) -> None:
    """A held-out drawing that spoils the score is not passed over as a bad validation."""
    work = trainer(tmp_path)
    work.valid = poisoned(VALID, 3, math.nan)
    with pytest.raises(TrainingError, match="validation score is nan after step 6"):
        work.fit()


def test_a_full_disk_stops_a_run_and_keeps_its_state(
    whole: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says so; with room again, the run goes on to the same losses."""
    work = trainer(tmp_path)
    step = work._step

    def fill(number: int, which: Numbers, there: Tensor) -> int:
        if number == 9:
            patch.setattr(torch, "save", full)
        return step(number, which, there)

    with monkeypatch.context() as patch:
        patch.setattr(work, "_step", fill)
        with pytest.raises(TrainingError, match=r"state could not be written .* No space left on device"):
            work.fit()
    saved = torch.load(tmp_path / "state.pt", weights_only=True)
    assert saved["run"]["step"] == 9
    assert losses(trainer(tmp_path).fit()) == losses(whole.run)


def test_state_of_another_run_is_refused(tmp_path: Path) -> None:
    """A folder with the state of other settings, another network or another beginning is not continued in silence."""
    trainer(tmp_path).fit()
    elsewhere = trainer(tmp_path)
    elsewhere.origin = "another network"
    for other in (
        trainer(tmp_path, Recipe(epochs=5, batch=32, bfloat16=False)),
        trainer(tmp_path, hidden=8),
        elsewhere,
    ):
        with pytest.raises(TrainingError, match="other data or settings"):
            other.fit()


def test_the_last_weights_can_be_kept(tmp_path: Path) -> None:
    """keep="last" leaves the network as its last step left it, though an earlier one had validated better."""
    recipe = Recipe(epochs=30, batch=32, lr=0.02, validations=10, keep="last", bfloat16=False)
    work = trainer(tmp_path, recipe)
    work.train = Corpus.of(shapes.drawings("square", 64))
    work.valid = Corpus.of(shapes.drawings("zigzag", 20))  # the better it knows squares, the worse it foresees these
    run = work.fit()
    assert run.best_step < run.step
    assert score(work.network, work.valid).total == pytest.approx(losses(run)[-1], abs=1e-6)


def test_patience_stops_early(tmp_path: Path) -> None:
    """A run that gets no better ends after `patience` validations: here it cannot learn at all."""
    recipe = Recipe(epochs=50, batch=32, lr=0.0, patience=3, validations=50, bfloat16=False)
    run = trainer(tmp_path, recipe).fit()
    assert len(run.history) == 4
    assert run.best_step == run.history[0]["step"]
    assert trainer(tmp_path, recipe).fit().step == run.step  # started again, it has no patience left either


def test_the_rate_rises_and_falls() -> None:
    """Warm-up to the full rate, then a straight line to a hundredth of it."""
    work = trainer(Path("unused"), Recipe(epochs=100, batch=32, warmup=10))
    rates = [work.rate(step) for step in range(work.total_steps)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) > 0.97
    assert rates[-1] < 0.02
    assert all(a >= b for a, b in pairwise(rates[10:]))


def test_the_log_tells_the_run(whole: Trainer) -> None:
    """Each validation stands in the log as JSON with its step and its score."""
    lines = [json.loads(line) for line in (whole.folder / "log.jsonl").read_text().splitlines()]
    assert [line["valid"]["total"] for line in lines if "valid" in line] == losses(whole.run)


def never(looks: Looks, step: int) -> bool:
    """As on a device that works by itself: nobody looks between two validations."""
    return False


def test_looking_seldom_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told later is the same, and so are weights, losses, log and state."""
    expected = trainer(tmp_path / "often", replace(RECIPE, save_seconds=60.0)).fit()
    monkeypatch.setattr(Looks, "due", never)
    found = trainer(tmp_path / "seldom", replace(RECIPE, save_seconds=60.0)).fit()
    assert losses(found) == losses(expected)
    assert (found.points, found.calm) == (expected.points, expected.calm)


def test_a_poisoned_batch_is_named_late_and_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looked at once, the step is the one that was bad, its drawing is named, and the weights are good."""
    monkeypatch.setattr(Looks, "due", never)
    work = trainer(tmp_path)
    work.train = poisoned(TRAIN, 40, math.nan)
    with pytest.raises(TrainingError, match=r"loss is nan at step \d .*: number 40 of the training split"):
        work.fit()
    assert is_good({"weights": work.network.state_dict()})
    assert is_good(torch.load(tmp_path / "state.pt", weights_only=True))


def test_a_scale_that_is_too_large_costs_its_steps_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In float16 a gradient may overflow: the step is skipped and counted, and the scale halved."""
    work = trainer(tmp_path)
    bias = dict(work.network.named_parameters())["head.bias"]
    hooks: list[Any] = []

    def overflow() -> None:
        work.scale = LossScale(1024.0, torch.device("cpu"))
        hooks.append(bias.register_hook(lambda gradient: gradient * math.inf))  # type: ignore[no-untyped-call]

    step = work._step

    def spoilt(number: int, which: Numbers, there: Tensor) -> int:
        if number == 7:
            overflow()
        if number == 9:
            hooks.pop().remove()
        return step(number, which, there)

    monkeypatch.setattr(work, "_step", spoilt)
    run = work.fit()
    assert run.skipped == 2
    assert 256 < float(work.scale.value) < 300
    assert run.best < 12


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_never_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An epoch of steps in which torch would raise at whatever makes the host wait for the device."""
    work = trainer(tmp_path, replace(RECIPE, bfloat16=True))
    work.network.to("cuda")
    monkeypatch.setattr(Looks, "due", never)
    work._begin()
    numbers = list(work._from(0))
    work._step(*numbers[0])
    torch.cuda.set_sync_debug_mode("error")
    try:
        for step in numbers[1:]:
            work._step(*step)
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_trains_too(tmp_path: Path) -> None:
    """The same loop on a GPU in float16 comes to about the same score."""
    work = trainer(tmp_path, replace(RECIPE, bfloat16=True))
    work.network.to("cuda")
    assert work.fit().best == pytest.approx(GOLDEN, abs=0.5)
