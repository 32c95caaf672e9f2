"""Same seed, same drawing, bit for bit: whatever shares the batch, however it is cut, on whichever x86 processor."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from model.archive.torchscript import packs
from model.checkpoint import Checkpoint
from model.decoder import Decoder
from model.network import NetworkConfig
from model.state import State
from model.systems import SYSTEMS, name_of
from model.weights import of_subject, stored
from tests.model import samples

ROOT = Path(__file__).parents[2]
SIZES = [*range(1, 18), 31, 33, 63, 64, 65]
FEW_SIZES = [1, 2, 5, 16, 17, 33, 64]  # where threads matter too
SHAPES = [replace(config, hidden=32) for config in SYSTEMS.values()]


pytestmark = pytest.mark.usefixtures("inference")


@pytest.fixture
def threads() -> Iterator[None]:
    """What a test sets is set back."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A loaded checkpoint of the size that most are of: H = 512, 20 components."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.weights(512, 20))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """One of many subjects, with latent codes, as large as the one that we ship: H = 1024."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.shared_weights(1024, 20))


def same(
    module: samples.Module, together: tuple[torch.Tensor, State], arguments: samples.Arguments, which: slice
) -> bool:
    """Whether some of the drawings of a batch come out as they do without the others."""
    drawn, last = module.advance(*samples.at(arguments, which))
    return torch.equal(drawn, together[0][:, which]) and samples.equal(last, [part[which] for part in together[1]])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_company_does_not_matter(large: Checkpoint, count: int, threads: None) -> None:
    """A batch of 64 is 64 batches of one, bit for bit, and so is every other size, whatever the number of threads."""
    torch.set_num_threads(count)
    state, temperature, noise = samples.begin(large.module, 65, 5, seed=1)
    arguments = (state, temperature * torch.linspace(0, 1.5, 65).unsqueeze(1), noise)
    together = large.module.advance(*arguments)
    for n in SIZES if count == 1 else FEW_SIZES:
        for first in range(0, 65, n) if n in {1, 64} else (0, 65 - n):
            which = slice(first, min(first + n, 65))
            assert same(large.module, together, arguments, which), f"rows {which} of a batch of {n}"


@pytest.mark.parametrize("count", [1, 2])
def test_other_subjects_do_not_matter(shared: Checkpoint, count: int, threads: None) -> None:
    """Drawings of several subjects with latent codes of their own, in one batch, are what each is alone."""
    torch.set_num_threads(count)
    arguments = samples.begin(shared.module, 37, 4, seed=1)
    together = shared.module.advance(*arguments)
    for n in (1, 3, 16, 33):
        for first in (0, 5, 37 - n):
            assert same(shared.module, together, arguments, slice(first, min(first + n, 37)))


@pytest.mark.slow
def test_a_subject_folded_alone_is_what_it_was(tmp_path: Path) -> None:
    """The weights `of_subject` draw each subject as the network of all of them does, beside the others."""
    weights = samples.shared_weights()
    shared = samples.loaded(tmp_path / "shared", weights)
    _, temperature, noise = samples.begin(shared.module, 5, 30)
    drawn, _ = shared.module.advance(shared.begin([2, 0, 1, 3, 1]), temperature, noise)
    for i, subject in enumerate([2, 0, 1, 3, 1]):
        alone = samples.loaded(tmp_path / str(i), of_subject(weights, subject))
        one, _ = alone.module.advance(alone.begin([0]), temperature[:1], noise[:, i : i + 1])
        assert torch.equal(one, drawn[:, i : i + 1])
    assert len({row.numpy().tobytes() for row in drawn.unbind(1)}) == 5


@pytest.mark.parametrize("hidden", [8, 12, 100, 128])
@pytest.mark.parametrize("mixtures", [1, 2, 20])
@pytest.mark.parametrize("packed", [False, True])
def test_company_does_not_matter_to_any_shape(hidden: int, mixtures: int, packed: bool) -> None:
    """The same for networks whose rows do not fill the processor's vectors, and for weights that are not packed."""
    decoder = Decoder(samples.weights(hidden, mixtures))
    if packed:
        if not packs():
            pytest.skip("this build of torch has no library to pack for")
        decoder.pack()
    arguments = samples.begin(decoder, 65, 4)
    together = decoder.advance(*arguments)
    for n in SIZES:
        for which in (slice(n), slice(65 - n, 65)):
            assert same(decoder, together, arguments, which)


@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_every_system_keeps_its_word(tmp_path: Path, config: NetworkConfig) -> None:
    """Of every system: alone or in company, in one `advance` or in many, the same bits."""
    module = samples.loaded(tmp_path, stored(samples.network_of(config))).module
    arguments = samples.begin(module, 33, 6)
    together = module.advance(*arguments)
    for which in (slice(1), slice(32, 33), slice(5, 13)):
        assert same(module, together, arguments, which)
    state, temperature, noise = arguments
    for t in range(6):
        drawn, state = module.advance(state, temperature, noise[t : t + 1])
        assert torch.equal(drawn[0], together[0][t])
    assert samples.equal(state, together[1])


@pytest.mark.parametrize("n", [1, 3, 8])
def test_advance_is_cut_anywhere(large: Checkpoint, n: int) -> None:
    """`advance` of k steps gives, bit for bit, what k of one step give, and so does any cut into shorter ones."""
    state, temperature, noise = samples.begin(large.module, n, 9)
    drawn, last = large.module.advance(state, temperature, noise)
    for cut in ([1] * 9, [4, 5], [8, 1], [2, 3, 4]):
        parts, after = [], state
        for steps in torch.split(noise, cut):
            part, after = large.module.advance(after, temperature, steps)
            parts.append(part)
        assert torch.equal(torch.cat(parts), drawn)
        assert samples.equal(after, last)


def test_each_drawing_has_its_own_temperatures(shared: Checkpoint) -> None:
    """Rows of one batch may differ in temperature, one of them 0: each is drawn as it would be by itself."""
    state, _, noise = samples.begin(shared.module, 3, 6)
    arguments = (state, torch.tensor([[0.0, 1.0], [0.7, 0.0], [1.3, 0.4]]), noise)
    together = shared.module.advance(*arguments)
    assert all(same(shared.module, together, arguments, slice(i, i + 1)) for i in range(3))


@pytest.mark.parametrize("name", ["large", "shared"])
def test_packed_weights_draw_the_same(name: str, request: pytest.FixtureRequest) -> None:
    """The fast forms that `load_checkpoint` packs give what the plain ones give, bit for bit."""
    fast: Checkpoint = request.getfixturevalue(name)
    slow = Decoder(dict(fast.module.named_buffers()))
    for n in (1, 32):
        drawn, last = fast.module.advance(*samples.begin(fast.module, n, 6))
        plain, plain_last = slow.advance(*samples.begin(slow, n, 6))
        assert torch.equal(plain, drawn)
        assert samples.equal(plain_last, last)


@pytest.mark.slow
@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in {"AVX512", "AVX2"}, reason="only x86 CPUs can be slower ones too"
)
def test_an_older_processor_draws_the_same(tmp_path: Path) -> None:
    """With the instructions of AVX2 alone, none of them for products of eight bits, drawings are the same bits.

    So are contexts of subjects and latent codes, and latent codes of drawings.
    """
    here = []
    for name, weights in (("one", samples.weights(512, 20)), ("many", samples.shared_weights(512, 20))):
        here += everything(samples.loaded(tmp_path / name, weights))
    environment = os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", OLDER, str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    older = torch.load(tmp_path / "older.pt")
    assert len(older) == 26
    assert samples.equal(here, older)


OLDER = """
import sys, torch
from pathlib import Path
from model.checkpoint import load_checkpoint
from tests.model.test_company import everything
folder = Path(sys.argv[1])
assert torch.backends.cpu.get_cpu_capability() == "AVX2"
with torch.inference_mode():
    found = everything(load_checkpoint(folder / "one")) + everything(load_checkpoint(folder / "many"))
torch.save([tensor.clone() for tensor in found], folder / "older.pt")
"""


def everything(checkpoint: Checkpoint) -> list[torch.Tensor]:
    """What a checkpoint draws for few and for many, with the states; and codes of drawings where it has an encoder."""
    found = []
    for n in (1, 40):
        drawn, state = checkpoint.module.advance(*samples.begin(checkpoint.module, n, 20))
        found += [drawn, *state]
    if checkpoint.card.latent:
        rows, lengths = torch.from_numpy(samples.drawings(5, 20))[:, 1:], torch.full((5,), 20)
        found += checkpoint.module.encode(rows, lengths, torch.tensor([0, 1, 2, 3, 0]))
    return found
