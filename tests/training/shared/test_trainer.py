import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.shared import small
from training.data.collection import Collection
from training.errors import TrainingError
from training.loop import looks
from training.loop.progress import Progress
from training.shared.recipe import SharedRecipe
from training.shared.trainer import SharedRun, SharedTrainer
from training.shared.validation import validate


def trainer(folder: Path, recipe: SharedRecipe = small.RECIPE, collection: Collection | None = None) -> SharedTrainer:
    network = small.network()
    network.dropout = recipe.dropout
    progress = Progress(folder / "log.jsonl", quiet=True)
    return SharedTrainer(network, collection or small.collection(), recipe, folder, progress)


SMALL_POOLS = ("training.shared.sampling.POOL", 4)  # several in a run


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def scores(run: SharedRun) -> list[float]:
    return [entry["total"] for entry in run.history]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SharedTrainer:
    """A run of the recipe as it is, at its end."""
    work = trainer(tmp_path_factory.mktemp("plain"))
    work.fit()
    return work


def test_training_learns(plain: SharedTrainer, tmp_path: Path) -> None:
    """The validation score falls by nats, and the network is left at its best validation."""
    valid, best = plain.collection.valid, plain.run.best
    before = validate(trainer(tmp_path).network, valid, float32=True).nats.total
    assert best < before - 0.8
    assert validate(plain.network, valid, float32=True).nats.total == pytest.approx(best, abs=1e-6)


def test_golden_loss(plain: SharedTrainer) -> None:
    """A seeded run gives the pinned score: a change that should not alter results does not.

    Rounding differs between machines, hence the tolerance, which is far below what any change of the maths does.
    """
    assert scores(plain.run)[-1] == pytest.approx(GOLDEN, abs=0.02)
    assert plain.run.history[-1]["like"] == pytest.approx(GOLDEN_LIKE, abs=0.02)


GOLDEN, GOLDEN_LIKE = 8.963, 8.834


@pytest.fixture(scope="module", params=[True, False], ids=["float32", "bfloat16"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SharedTrainer:
    """A run that nothing disturbed, with several pools of drawings, and its state saved after each step."""
    recipe = replace(small.RECIPE, steps=20, float32=request.param, save_seconds=0.0)
    work = trainer(tmp_path_factory.mktemp("whole"), recipe)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*SMALL_POOLS)
        work.fit()
    return work


@pytest.mark.parametrize("kill_at", [1, 4, 5, 13])
def test_a_killed_run_ends_as_if_it_had_not_been(
    tmp_path: Path, kill_at: int, whole: SharedTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any step and started again, a run comes to the same weights, bit for bit."""
    monkeypatch.setattr(*SMALL_POOLS)
    expected = whole.run
    broken = trainer(tmp_path, whole.recipe)
    step = broken._step

    def die() -> None:
        if broken.run.step == kill_at:
            raise Killed
        step()

    monkeypatch.setattr(broken, "_step", die)
    with pytest.raises(Killed):
        broken.fit()
    torch.manual_seed(99)  # a new process has other random numbers
    resumed = trainer(tmp_path, whole.recipe)
    found = resumed.fit()
    assert scores(found) == scores(expected)
    assert (found.step, found.points, found.best_step) == (expected.step, expected.points, expected.best_step)
    for name, value in whole.network.state_dict().items():
        assert torch.equal(value, resumed.network.state_dict()[name]), name


def test_a_finished_run_started_again_does_nothing_more(plain: SharedTrainer) -> None:
    """The same command after the end keeps the result."""
    again = trainer(plain.folder)
    assert scores(again.fit()) == scores(plain.run)
    for name, value in plain.network.state_dict().items():
        assert torch.equal(value, again.network.state_dict()[name]), name


def test_looking_changes_nothing(plain: SharedTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine, which is asked after every step, trains to the same weights as a fast one."""
    monkeypatch.setattr(looks, "LOOK_SECONDS", 0.0)
    assert scores(trainer(tmp_path).fit()) == scores(plain.run)
    assert len(lines(tmp_path)) > 40 > len(lines(plain.folder))


def test_the_log_tells_the_run(plain: SharedTrainer) -> None:
    """Nats, divergence, norm, rate, speed and skipped steps; validations at the code 0 and at a drawing's own."""
    told = lines(plain.folder)
    steps = [line for line in told if "valid" not in line]
    assert [line["step"] for line in steps][:3] == [5, 10, 20]
    assert steps[-1]["seen"] == plain.run.points
    for line in steps:
        assert {"nats", "kl", "norm", "rate", "points_per_second", "skipped", "seconds"} <= line.keys()
        assert all(math.isfinite(value) for value in line.values())
    valid = [line["valid"] for line in told if "valid" in line]
    assert [line["total"] for line in valid] == scores(plain.run)
    assert {"like", "kl"} <= valid[0].keys()


def test_the_last_weights_can_be_kept(tmp_path: Path) -> None:
    """keep="last" leaves the network as its last step left it, though an earlier one had validated better."""
    found = small.collection()
    zigzags = replace(found.valid, category=0 * found.valid.category)  # the better it knows squares, the worse these
    work = trainer(tmp_path, replace(small.RECIPE, keep="last", real=0.01, power=0.0), replace(found, valid=zigzags))
    work.factors = {0: 1e3}
    run = work.fit()
    assert run.best_step < run.step
    nats = validate(work.network, work.collection.valid, float32=True).nats.total
    assert nats == pytest.approx(scores(run)[-1], abs=1e-6)


def test_only_subjects(tmp_path: Path) -> None:
    """What belongs to the subjects learns, all else stays, bit for bit; and it can go on after a kill."""
    work = trainer(tmp_path, replace(small.RECIPE, only_subjects=True, like=0.0, keep="last"))
    before = {name: value.clone() for name, value in work.network.state_dict().items()}
    run = work.fit()
    changed = {name for name, value in work.network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"shift.weight", "first.weight", "bias.weight"}
    assert scores(run)[-1] < scores(run)[0]
    assert scores(trainer(tmp_path, replace(small.RECIPE, only_subjects=True, like=0.0, keep="last")).fit())


def test_a_category_that_counts_more_is_learnt_better(tmp_path: Path) -> None:
    """At the cost of the other."""
    found = {}
    for number in (0, 1):
        work = trainer(tmp_path / str(number))
        work.factors = {number: 30.0}
        work.fit()
        valid = work.collection.valid
        which = np.flatnonzero(valid.category == 0)
        squares = replace(valid, rows=valid.rows[: valid.starts[len(which)]], starts=valid.starts[: len(which) + 1])
        squares = replace(squares, category=valid.category[: len(which)])
        found[number] = validate(work.network, squares, float32=True).nats.total
    assert found[0] < found[1] - 0.05


def spoilt(collection: Collection, value: float, numbers: slice) -> Collection:
    rows = collection.train.rows.copy()
    rows[collection.train.starts[:-1][numbers], 0] = value
    return replace(collection, train=replace(collection.train, rows=rows))


def test_a_bad_drawing_costs_its_steps_alone(tmp_path: Path) -> None:
    """Steps whose gradient is no number are skipped and counted; the weights stay good and learn."""
    run = trainer(tmp_path, collection=spoilt(small.collection(), math.nan, slice(3, 4))).fit()
    assert 0 < run.skipped < 20
    assert lines(tmp_path)[-2]["skipped"] == run.skipped
    assert scores(run)[-1] < scores(run)[0]


def test_a_lost_run_stops_and_keeps_its_state(tmp_path: Path) -> None:
    """When most steps are skipped, or the loss has exploded, the message says so and what is kept is good."""
    work = trainer(tmp_path / "skips", collection=spoilt(small.collection(), math.nan, slice(None)))
    with pytest.raises(TrainingError, match=r"no finite number at step 20 \(learning rate .* is kept in"):
        work.fit()
    work = trainer(tmp_path / "explodes", replace(small.RECIPE, steps=400, save_seconds=0.0))
    step = work._step

    def spoil() -> None:
        if work.run.step == 30:
            work.network.head.bias.data[5:] += 1e4
        step()

    work._step = spoil  # type: ignore[method-assign]
    with pytest.raises(TrainingError, match=r"exploded to .* of step (2\d|3[0-3]), is kept in"):
        work.fit()
    for folder in ("skips", "explodes"):
        saved = torch.load(tmp_path / folder / "state.pt", weights_only=True)
        assert all(bool(value.isfinite().all()) for value in saved["weights"].values())
        assert float(saved["weights"]["head.bias"].abs().max()) < 100


def test_state_of_another_run_is_refused(plain: SharedTrainer) -> None:
    """A folder with the state of other settings, factors, or of another beginning is not continued in silence."""
    with pytest.raises(TrainingError, match="other data or settings"):
        trainer(plain.folder, replace(small.RECIPE, lr=0.5)).fit()
    for name, value in (("factors", {0: 2.0}), ("origin", "another network")):
        other = trainer(plain.folder)
        setattr(other, name, value)
        with pytest.raises(TrainingError, match="other data or settings"):
            other.fit()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("float32", [True, False])
def test_cuda_trains_too(tmp_path: Path, float32: bool) -> None:
    """The same loop on a GPU, in float16 and without, skips nothing and comes to about the same score."""
    work = trainer(tmp_path, replace(small.RECIPE, float32=float32))
    work.network.to("cuda")
    run = work.fit()
    assert run.skipped == 0
    assert scores(run)[-1] == pytest.approx(GOLDEN, abs=0.5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_never_waits(tmp_path: Path) -> None:
    """Twenty steps in which torch would raise at whatever makes the host wait for the device."""
    work = trainer(tmp_path, replace(small.RECIPE, float32=False, save_seconds=1e9))
    work.network.to("cuda")
    work._begin()
    work._step()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(20):
            work._step()
    finally:
        torch.cuda.set_sync_debug_mode("default")
