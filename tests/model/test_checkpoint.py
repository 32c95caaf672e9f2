"""Checkpoints on disk: whole or refused."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model import checkpoint
from model.card import Card
from model.checkpoint import (
    check_checkpoint,
    find_checkpoints,
    load_checkpoint,
    packs,
    read_card,
    save_checkpoint,
    write_card,
)
from model.decoder import Decoder
from model.errors import CheckpointCorrupt, CheckpointError, CheckpointMissing
from model.network import NetworkConfig
from model.systems import SYSTEMS
from tests.model import samples

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint that no test changes."""
    folder = tmp_path_factory.mktemp("kept")
    save_checkpoint(folder, Decoder(samples.network()), samples.card())
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A checkpoint of a test's own."""
    return Path(shutil.copytree(kept, tmp_path / "the-test"))


def draws(folder: Path) -> torch.Tensor:
    module = load_checkpoint(folder).module
    return module.advance(*samples.begin(module, 2, 5))[0]


def test_what_is_saved_is_loaded(folder: Path) -> None:
    """A loaded checkpoint has its card, its folder and its device, and draws what the decoder draws."""
    loaded = load_checkpoint(folder)
    assert loaded.card == read_card(folder)
    assert loaded.card.category == "The Test"
    assert (loaded.folder, loaded.device) == (folder, torch.device("cpu"))
    decoder = Decoder(samples.network())
    if packs():
        decoder.pack()
    assert torch.equal(draws(folder), decoder.advance(*samples.begin(decoder, 2, 5))[0])
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]


def test_the_card_names_the_hash(folder: Path) -> None:
    """`sha256` is that of model.pt as it lies there, and the card returned is the card written."""
    card = save_checkpoint(folder, Decoder(samples.network(seed=5)), samples.card())
    assert card.sha256 == hashlib.sha256((folder / "model.pt").read_bytes()).hexdigest()
    assert read_card(folder) == card


@pytest.mark.parametrize("place", [0, 100, -200, -1])
def test_one_changed_byte_is_found(folder: Path, place: int) -> None:
    """A model.pt with one byte changed is refused, and the message names the file."""
    content = bytearray((folder / "model.pt").read_bytes())
    content[place] ^= 1
    (folder / "model.pt").write_bytes(content)
    for read in (load_checkpoint, check_checkpoint):
        with pytest.raises(CheckpointCorrupt, match=r"the-test/model\.pt has SHA-256"):
            read(folder)


def test_a_model_cut_short_is_found(folder: Path) -> None:
    """So is one that was not written to its end."""
    with (folder / "model.pt").open("rb+") as file:
        file.truncate(1000)
    with pytest.raises(CheckpointCorrupt):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", ["model.pt", "card.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Without its card or its model a checkpoint is not there."""
    (folder / name).unlink()
    with pytest.raises(CheckpointMissing, match=rf"the-test has no {name}"):
        load_checkpoint(folder)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"category": "cat"', "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[]", "object"),
        (b'{"category": "cat"}', "slug"),
    ],
)
def test_a_broken_card_is_refused(folder: Path, content: bytes, complaint: str) -> None:
    """A card that is no JSON, or no card, is named with what is wrong."""
    (folder / "card.json").write_bytes(content)
    with pytest.raises(CheckpointCorrupt, match=rf"card\.json is not a card: .*{complaint}"):
        load_checkpoint(folder)


def with_model(folder: Path, content: bytes) -> None:
    """Put a model in the folder that its card vouches for."""
    (folder / "model.pt").write_bytes(content)
    card = json.loads((folder / "card.json").read_bytes()) | {"sha256": hashlib.sha256(content).hexdigest()}
    (folder / "card.json").write_text(json.dumps(card))


def test_what_is_no_archive_is_refused(folder: Path) -> None:
    """A file with the right hash that is no TorchScript is refused."""
    with_model(folder, b"not an archive")
    with pytest.raises(CheckpointCorrupt, match="not a TorchScript archive"):
        load_checkpoint(folder)


def test_every_method_of_the_contract_is_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that lacks a method of the contract is refused, and the method is named."""
    monkeypatch.setattr(checkpoint, "CONTRACT", (*checkpoint.CONTRACT, "paint"))
    with pytest.raises(CheckpointCorrupt, match="'paint'"):
        load_checkpoint(folder)


def test_unreadable_is_not_missing(folder: Path) -> None:
    """A file that is there and cannot be read is an error of its own, with the system's reason."""
    for name in ("model.pt", "card.json"):
        (folder / name).unlink()
        (folder / name).mkdir()
        with pytest.raises(CheckpointError, match=rf"{name} cannot be read: Is a directory") as error:
            load_checkpoint(folder)
        assert not isinstance(error.value, CheckpointMissing | CheckpointCorrupt)


def fails_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int) -> None:
    """Let the count-th call of a function fail as on a full disk; those before and after it work."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def call(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    monkeypatch.setattr(owner, name, call)


STEPS = [(os, "fsync", 1), (os, "fsync", 2), (Path, "replace", 1), (Path, "replace", 2)]


@pytest.mark.parametrize(
    ("had_one", "owner", "name", "count"),
    [(had_one, *step) for had_one in (True, False) for step in STEPS] + [(True, shutil, "copyfile", 1)],
)
def test_a_full_disk_leaves_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int, had_one: bool
) -> None:
    """Whichever step of writing fails, the older checkpoint is there, byte for byte, and nothing else is."""
    if not had_one:
        shutil.rmtree(folder)
    before = {path.name: path.read_bytes() for path in folder.glob("*")}
    with monkeypatch.context() as patch:
        fails_at(patch, owner, name, count)
        with pytest.raises(CheckpointError, match="No space left on device"):
            save_checkpoint(folder, Decoder(samples.network(seed=9)), samples.card())
    assert {path.name: path.read_bytes() for path in folder.glob("*")} == before
    if had_one:
        load_checkpoint(folder)


KILLED = """
import os, shutil, sys
from pathlib import Path
from model.checkpoint import save_checkpoint
from model.decoder import Decoder
from tests.model import samples

def counted(real, last):
    def call(*arguments, **named):
        global steps
        steps += 1
        if steps == last:
            os._exit(9)
        return real(*arguments, **named)
    return call

decoder = Decoder(samples.network(seed=9))
for folder in map(Path, sys.argv[1:]):
    child = os.fork()
    if child == 0:
        steps, last = 0, int(folder.name)
        os.fsync, shutil.copyfile = counted(os.fsync, last), counted(shutil.copyfile, last)
        Path.replace, Path.unlink = counted(Path.replace, last), counted(Path.unlink, last)
        save_checkpoint(folder, decoder, samples.card())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("had_one", [True, False])
def test_a_kill_at_any_moment_leaves_one(kept: Path, tmp_path: Path, had_one: bool) -> None:
    """A process killed between any two steps of writing leaves the old checkpoint or the new, and is no obstacle."""
    folders = [tmp_path / str(step) for step in range(1, 9)]
    for folder in folders if had_one else []:
        shutil.copytree(kept, folder)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    killed = [line == "9" for line in done.stdout.split()]
    assert sum(killed) >= 6, "each step of writing is one moment"
    found = set()
    for folder in folders:
        if had_one:
            check_checkpoint(folder)
        if (folder / "card.json").exists():
            found.add(check_checkpoint(folder).sha256)
        card = save_checkpoint(folder, Decoder(samples.network()), samples.card())
        assert check_checkpoint(folder) == card
        assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]
    assert len(found) == 1 + had_one, "old ones from kills before the card was in place, new ones after"


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """Saving where no folder can be made raises CheckpointError with the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="file/folder could not be written: Not a directory"):
        save_checkpoint(tmp_path / "file" / "folder", Decoder(samples.network()), samples.card())


def test_another_card_for_the_same_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`write_card` puts a card in the other's place, or leaves that one as it was when it fails."""
    card = read_card(folder)
    write_card(folder, card.model_copy(update={"temp_xy": 0.25}))
    assert load_checkpoint(folder).card == card.model_copy(update={"temp_xy": 0.25})
    with monkeypatch.context() as patch:
        fails_at(patch, os, "fsync", 1)
        with pytest.raises(CheckpointError, match=r"card\.json could not be written: No space"):
            write_card(folder, card)
    assert read_card(folder).temp_xy == 0.25
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]


def test_checkpoints_are_found(tmp_path: Path, kept: Path) -> None:
    """Every folder with a file of a checkpoint counts, in order of name, so that broken ones can be told of."""
    for name in ("penguin", "cat", "penguin@gmm128_1"):
        shutil.copytree(kept, tmp_path / name)
    (tmp_path / "cat" / "card.json").unlink()
    (tmp_path / "empty").mkdir()
    (tmp_path / "README.md").write_text("")
    assert [path.name for path in find_checkpoints(tmp_path)] == ["cat", "penguin", "penguin@gmm128_1"]
    assert find_checkpoints(tmp_path / "nowhere") == []


CONTRACT = """
import sys
for name in ("model", "training", "app", "benchmarks", "tests"):
    sys.modules[name] = None  # importing it fails, wherever it may be installed
import torch
from torch import float32
module = torch.jit.load(sys.argv[1])
H, K = int(sys.argv[2]), int(sys.argv[3])
def check(tensor, *shape):
    assert tensor.dtype is float32, tensor.dtype
    assert tuple(tensor.shape) == shape, (tuple(tensor.shape), shape)
    assert tensor.isfinite().all()
n, k, T = 3, 6, 9
h, c = module.start(n)
check(h, n, H); check(c, n, H)
rows = torch.tensor([[0.0, 0, 1, 0, 0]]).repeat(n, 1)
temperature = torch.full((n, 2), 0.7)
noise = torch.cat([torch.rand(k, n, 2), torch.randn(k, n, 2)], dim=2)
for tensor, shape in zip(module.step(rows, h, c, temperature, noise[0]), ((n, 5), (n, H), (n, H))):
    check(tensor, *shape)
drawn, last_h, last_c = module.advance(rows, h, c, temperature, noise)
check(drawn, k, n, 5); check(last_h, n, H); check(last_c, n, H)
assert (drawn[..., 2:].sum(-1) == 1).all()
xy, pen = module.log_prob(torch.cat([rows[None], drawn]).transpose(0, 1))
check(xy, n, k); check(pen, n, k)
log_pi, mean, sigma, rho, log_p = module.mixture(last_h)
check(log_pi, n, K); check(mean, n, K, 2); check(sigma, n, K, 2); check(rho, n, K); check(log_p, n, 3)
assert (sigma > 0).all() and (rho.abs() < 1).all()
print("kept")
"""


def keeps_contract(folder: Path, card: Card) -> bool:
    """Whether plain torch, with none of our code in reach, finds the contract's methods, shapes and types."""
    arguments = [str(folder / "model.pt"), str(card.layers * card.hidden), str(card.mixtures)]
    command = [sys.executable, "-W", "ignore", "-c", CONTRACT, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout == "kept\n"


@pytest.mark.parametrize(("name", "config"), [*SYSTEMS.items(), ("gmm128_3_2", NetworkConfig(128, 3, 2))])
def test_every_system_keeps_the_contract(tmp_path: Path, name: str, config: NetworkConfig) -> None:
    """So does that of every other system; the mixture of a squared error has one component."""
    made = samples.network_of(replace(config, hidden=32))
    shape = {"hidden": 32, "mixtures": made.density.mixtures, "layers": config.layers}
    card = save_checkpoint(tmp_path, Decoder(made), samples.card(system=name, **shape))
    assert card.mixtures == max(1, config.mixtures)
    assert keeps_contract(tmp_path, card)


def test_an_archive_needs_none_of_our_code(kept: Path) -> None:
    """`torch.jit.load` alone runs every method, with the contract's shapes, in float32."""
    assert keeps_contract(kept, read_card(kept))
