"""Checkpoints on disk: what is saved is loaded, and an archive keeps the contract."""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model.archive import torchscript
from model.archive.torchscript import packs
from model.card import Card, SubjectCard
from model.checkpoint import find_checkpoints, load_checkpoint, read_card, read_weights
from model.encoder import decoder_of
from model.errors import CheckpointCorrupt, CheckpointError
from model.saving import save_checkpoint
from model.systems import SYSTEMS
from model.weights import Weights, stored
from tests.model import samples

ROOT = Path(__file__).parents[2]


def draws(folder: Path) -> torch.Tensor:
    module = load_checkpoint(folder).module
    return module.advance(*samples.begin(module, 2, 5))[0]


@pytest.mark.parametrize("weights", [samples.weights(), samples.shared_weights()], ids=["one", "many"])
def test_what_is_saved_is_loaded(tmp_path: Path, weights: dict[str, torch.Tensor]) -> None:
    """A loaded checkpoint has its card, its folder and its device, and draws what the decoder draws."""
    card = save_checkpoint(tmp_path, weights, samples.card_of(weights))
    loaded = load_checkpoint(tmp_path)
    assert loaded.card == read_card(tmp_path) == card
    assert (loaded.folder, loaded.device) == (tmp_path, torch.device("cpu"))
    decoder = decoder_of(weights)
    assert torch.equal(draws(tmp_path), decoder.advance(*samples.begin(decoder, 2, 5))[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.json", "model.pt"]


def test_weights_are_read_as_they_were_stored(tmp_path: Path) -> None:
    """`read_weights` gives what was saved, in its types, and no more: saved again it is the same file."""
    weights = samples.shared_weights()
    card = save_checkpoint(tmp_path / "first", weights, samples.card_of(weights))
    read_card, again = read_weights(tmp_path / "first")
    assert read_card == card
    assert {name: tensor.dtype for name, tensor in again.items()} == {n: t.dtype for n, t in weights.items()}
    assert all(torch.equal(again[name], tensor) for name, tensor in weights.items())
    save_checkpoint(tmp_path / "second", again, card)
    assert draws(tmp_path / "first").equal(draws(tmp_path / "second"))


def test_a_checkpoint_begins_drawings(tmp_path: Path) -> None:
    """`begin` takes subjects by number and latent codes; without codes they are of zeros."""
    loaded, latents = samples.loaded(tmp_path, samples.shared_weights()), torch.ones(2, samples.LATENT)
    begun = loaded.begin([3, 1], latents)
    assert samples.equal(begun, loaded.module.begin(loaded.module.context(torch.tensor([3, 1]), latents)))
    assert samples.equal(loaded.begin([3, 1]), loaded.begin([3, 1], 0 * latents))
    assert not samples.equal(loaded.begin([3, 1]), begun)


def test_contexts_are_made_on_the_cpu(folder: Path) -> None:
    """Whatever the device: what adds up to a context stays where it is added, and the state lies on the device."""
    loaded = load_checkpoint(folder, "meta")
    assert torch.equal(loaded.contexts([0]), load_checkpoint(folder).contexts([0]))
    assert {part.device.type for part in loaded.begin([0])} == {"meta"}
    places = {name: buffer.device.type for name, buffer in loaded.module.named_buffers()}
    assert all((place == "cpu") == name.startswith("contexts.") for name, place in places.items())


def test_loading_is_fresh_each_time(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints of the same shape do not share weights: each draws its own, in whatever order they are loaded.

    Nor does it matter whether the first was loaded for inference alone.
    """
    other = samples.weights(seed=4)
    save_checkpoint(tmp_path / "other", other, samples.card_of(other))
    monkeypatch.setattr(torchscript, "_COMPILED", {})
    with torch.inference_mode():
        first = load_checkpoint(folder)
    second, again = load_checkpoint(tmp_path / "other"), load_checkpoint(folder)
    assert len(torchscript._COMPILED) == 1
    drawn, others, same = (
        loaded.module.advance(*samples.begin(loaded.module, 3, 5))[0] for loaded in (first, second, again)
    )
    assert torch.equal(drawn, same)
    assert not torch.equal(drawn, others)
    pointers = [{buffer.data_ptr() for _, buffer in loaded.module.named_buffers()} for loaded in (first, again)]
    assert not (pointers[0] & pointers[1]) - {0}


def test_checkpoints_are_found(tmp_path: Path, kept: Path) -> None:
    """Every folder with a file of a checkpoint counts, in order of name, so that broken ones can be told of."""
    for name in ("penguin", "cat", "penguin@gmm128_1"):
        shutil.copytree(kept, tmp_path / name)
    (tmp_path / "cat" / "card.json").unlink()
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.md").write_text("")
    assert [path.name for path in find_checkpoints(tmp_path)] == ["cat", "penguin", "penguin@gmm128_1"]
    assert find_checkpoints(tmp_path / "nowhere") == []


def test_a_folder_that_may_not_be_looked_into_is_found(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may miss it, so who reads it is told why. What a file system keeps for itself is passed over."""
    stat = Path.stat

    def denied(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name in ("shut", "lost+found"):  # as for whoever is neither the owner nor root
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return stat(path, **options)

    for name in ("cat", "shut", "lost+found"):
        shutil.copytree(kept, tmp_path / name)
    monkeypatch.setattr(Path, "stat", denied)
    assert [path.name for path in find_checkpoints(tmp_path)] == ["cat", "shut"]
    with pytest.raises(CheckpointError, match=r"shut/card\.json cannot be read: Permission denied"):
        read_card(tmp_path / "shut")


def test_a_card_that_goes_too_deep_is_corrupt(tmp_path: Path, kept: Path) -> None:
    """Python's reader of JSON gives up on it by an error of its own, which would end the search for all others."""
    shutil.copytree(kept, tmp_path / "deep")
    (tmp_path / "deep" / "card.json").write_text("[" * 100_000)
    assert find_checkpoints(tmp_path) == [tmp_path / "deep"]
    with pytest.raises(CheckpointCorrupt, match="is not a card"):
        read_card(tmp_path / "deep")


WITHOUT_US = """
import sys
for name in ("model", "training", "app", "benchmarks", "tests"):
    sys.modules[name] = None  # importing it fails, wherever it may be installed
import torch
"""
CONTRACT = """
def check(tensor, *shape):
    assert tensor.dtype is torch.float32, tensor.dtype
    assert tuple(tensor.shape) == shape, (tuple(tensor.shape), shape)
    assert tensor.isfinite().all()
def keep(module, S, Z, K, n=3, k=6):
    subject = torch.arange(n) % S
    context = module.context(subject, torch.zeros(n, Z))
    check(context, n, context.size(1))
    state = module.begin(context)
    assert all(part.size(0) == n for part in state)
    temperature = torch.full((n, 2), 0.7)
    noise = torch.cat([torch.rand(k, n, 2), torch.randn(k, n, 2)], dim=2)
    drawn, after = module.advance(state, temperature, noise)
    check(drawn, k, n, 5)
    assert (drawn[..., 2:].sum(-1) == 1).all()
    for part, now in zip(state, after):
        check(now, *part.shape)
    rows, lengths = drawn.transpose(0, 1), torch.tensor([0, 2, k])
    for part, now in zip(state, module.read(state, rows, lengths)):
        check(now, *part.shape)
    start = torch.tensor([0.0, 0, 1, 0, 0]).expand(n, 1, 5)
    xy, pen = module.log_prob(torch.cat([start, rows], 1), context)
    check(xy, n, k); check(pen, n, k)
    log_pi, mean, sigma, rho, log_p = module.mixture(after)
    check(log_pi, n, K); check(mean, n, K, 2); check(sigma, n, K, 2); check(rho, n, K); check(log_p, n, 3)
    assert (sigma > 0).all() and (rho.abs() < 1).all()
    for part in module.encode(rows, torch.tensor([1, 2, k]), subject) if Z else ():
        check(part, n, Z)
for path, *sizes in zip(*[iter(sys.argv[1:])] * 4):
    with torch.jit.optimized_execution(False):  # each is called once or twice: to optimise it takes longer
        keep(torch.jit.load(path), *map(int, sizes))
    print("kept")
"""


def keep_contract(checkpoints: Mapping[Path, Card]) -> bool:
    """Whether plain torch, with none of our code in reach, finds in each the contract's methods, shapes and types."""
    arguments = []
    for folder, card in checkpoints.items():
        arguments += [str(folder / "model.pt"), *map(str, (len(card.subjects), card.latent, card.mixtures))]
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_US + CONTRACT, *arguments]
    done = subprocess.run(command, cwd=next(iter(checkpoints)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout == "kept\n" * len(checkpoints)


@pytest.mark.slow
def test_an_archive_needs_none_of_our_code(tmp_path: Path) -> None:
    """`torch.jit.load` alone runs every method of every system, in float32, and `encode` where there is an encoder.

    The mixture of a squared error has one component.
    """
    every = {name: stored(samples.network_of(replace(config, hidden=32))) for name, config in SYSTEMS.items()}
    every["many"] = samples.shared_weights()
    saved = {}
    for name, weights in every.items():
        folder = tmp_path / name
        saved[folder] = save_checkpoint(folder, weights, samples.card_of(weights, system=name))
    assert [card.mixtures for card in saved.values()] == [1, 1, 1, 1, 20, 20, 5]
    assert keep_contract(saved)


DRAWING = """
module = torch.jit.load(sys.argv[1])
arguments = torch.load(sys.argv[2])
with torch.inference_mode():
    drawn = [module.advance(module.begin(arguments["context"]), arguments["temperature"], arguments["noise"])[0]]
    if arguments["packs"]:
        module.pack()
    drawn += [module.advance(module.begin(arguments["context"]), arguments["temperature"], arguments["noise"])[0]]
torch.save(drawn, sys.argv[2])
"""


@pytest.mark.slow
def test_an_archive_draws_the_same_without_our_code(tmp_path: Path) -> None:
    """By `torch.jit.load` alone, before `pack` and after it, it draws bit for bit what Inkstream draws with it."""
    loaded = samples.loaded(tmp_path, samples.shared_weights(128, 20))
    state, temperature, noise = samples.begin(loaded.module, 37, 12)
    arguments = {"context": samples.contexts(loaded.module, 37), "temperature": temperature, "noise": noise}
    torch.save(arguments | {"packs": packs()}, tmp_path / "arguments.pt")
    files = [str(tmp_path / name) for name in ("model.pt", "arguments.pt")]
    subprocess.run([sys.executable, "-W", "ignore", "-c", WITHOUT_US + DRAWING, *files], cwd=tmp_path, check=True)
    want, _ = loaded.module.advance(state, temperature, noise)
    for drawn in torch.load(files[1]):
        assert torch.equal(drawn, want)


@pytest.mark.parametrize("make", [samples.weights, samples.shared_weights], ids=["one", "many"])
def test_only_what_is_stored_takes_room(tmp_path: Path, make: Callable[[int, int], Weights]) -> None:
    """An archive has the bytes of its weights, and little more for its methods."""
    weights = make(256, 20)
    save_checkpoint(tmp_path, weights, samples.card_of(weights))
    room = sum(tensor.numel() * tensor.element_size() for tensor in weights.values())
    assert weights["recurrent.integers"].element_size() == 1
    assert room < (tmp_path / "model.pt").stat().st_size < room + 64 * 1024


def test_the_sample_of_the_docs_draws(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code in docs/checkpoint.md imports torch alone, and draws a hundred rows as it stands there."""
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "checkpoint.md").read_text(), re.DOTALL)
    assert re.findall(r"^(?:import|from) .*$", code, re.MULTILINE) == ["import torch"]
    shutil.copytree(kept, tmp_path / "checkpoints" / "penguin")
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102 - our own page
    assert found["drawn"].shape == (100, 1, 5)
    assert torch.equal(found["drawn"][..., 2:].sum(-1), torch.ones(100, 1))


def test_the_docs_name_every_key() -> None:
    """docs/checkpoint.md describes each key of a card and of a subject, and each method of the contract."""
    text = (ROOT / "docs" / "checkpoint.md").read_text()
    for name in (*Card.model_fields, *SubjectCard.model_fields):
        assert re.search(rf"^\| .*`{name}`", text, re.MULTILINE), name
    for name in (*torchscript.CONTRACT, "encode"):
        assert f"| `{name}(" in text, name
