"""What an archive holds is read without its code, and nothing that is none is taken for one."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from model.archive.reading import archived
from model.archive.torchscript import archive_of, archive_with, open_archive
from model.encoder import decoder_of
from model.errors import CheckpointCorrupt
from tests.model import samples
from tests.model.recogniser import samples as recognisers

Files = dict[str, bytes]  # of an archive, by their names without the folder that they all lie in


def files_of(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {entry.partition("/")[2]: file.read(entry) for entry in file.namelist()}


def archive(files: Files, root: str = "archive", compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in files.items():
            file.writestr(f"{root}/{name}", content)
    return out.getvalue()


@pytest.fixture(scope="module")
def drawing() -> bytes:
    """The archive of a network with an encoder."""
    return archive_of(decoder_of(samples.shared_weights()))


def same(content: bytes) -> bool:
    """Whether what is read is what PyTorch finds: names in their order, types, shapes and numbers."""
    want, found = dict(open_archive(content, "it").named_buffers()), archived(content, "it").weights
    assert list(found) == list(want)
    return all(
        (found[name].dtype, found[name].shape, found[name].stride()) == (part.dtype, part.shape, part.stride())
        and torch.equal(found[name], part)
        for name, part in want.items()
    )


def test_weights_are_those_that_pytorch_finds(drawing: bytes, tmp_path: Path) -> None:
    """Of networks that draw, with an encoder and without, and of the recogniser, whose parts are lists of layers."""
    recognisers.write(tmp_path)
    assert same(drawing)
    assert same(archive_of(decoder_of(samples.weights())))
    assert same((tmp_path / "model.pt").read_bytes())


class Odd(nn.Module):
    """A module whose buffers are not plain: views, one of nothing, and names that other parts use."""

    def __init__(self) -> None:
        super().__init__()
        table = torch.arange(12.0).view(3, 4)
        self.register_buffer("path", table.t())
        self.register_buffer("part", table[1:, 1])
        self.register_buffer("none", torch.zeros(0, 5, dtype=torch.bfloat16))
        self.register_buffer("yes", torch.tensor([True, False]))
        self.text, self.numbers, self.passing = "buffers", [1, 2], torch.ones(3)

    def forward(self) -> torch.Tensor:
        return self.passing


def test_views_share_their_numbers() -> None:
    """Whatever the strides; what is an attribute, and no buffer, is not among them."""
    assert same(archive_with(Odd(), ()))


def test_where_the_files_lie_does_not_matter(drawing: bytes) -> None:
    """Nor whether they are compressed, as other programs write ZIP files."""
    again = archive(files_of(drawing), "model", zipfile.ZIP_DEFLATED)
    assert archived(again, "it").weights.keys() == archived(drawing, "it").weights.keys()
    assert same(again)


def test_methods_are_those_of_the_outermost_class(drawing: bytes) -> None:
    """And not those of its parts."""
    methods = archived(drawing, "it").methods
    assert {"context", "begin", "read", "advance", "log_prob", "mixture", "pack", "encode"} <= methods
    assert not methods & {"prepare", "choose", "add_to", "workspace"}


def test_its_code_is_not_compiled(drawing: bytes) -> None:
    """Text that is no code does no harm, where PyTorch would refuse it."""
    files = files_of(drawing)
    files["code/__torch__/model/cell.py"] = b"class LSTMCell(Module):\n  this is no code"
    with pytest.raises(CheckpointCorrupt):
        open_archive(archive(files), "it")
    assert archived(archive(files), "it").weights


class Evil:
    """What runs where a pickle is trusted."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return pytest.fail, ("it was run",)


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {other: content for other, content in files.items() if other != name}


def with_file(name: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: files | {name: content}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (with_file("data.pkl", pickle.dumps(Evil())), "it wants"),
        (with_file("data.pkl", pickle.dumps([1, 2])), ""),
        (with_file("data.pkl", b""), "Ran out of input"),
        (with_file("data.pkl", b"\x80\x02cos\nsystem\n."), r"it wants os\.system"),
        (with_file("byteorder", b"big"), "highest byte"),
        (with_file("data/2", b"1234"), "data/2 does not have"),
        (with_file("data/0", bytes(999)), "data/0 does not have 2 numbers"),
        (without("data/0"), "data/0"),
        (without("data.pkl"), r"data\.pkl"),
        (without("code/__torch__/model/cell.py"), r"cell\.py"),
        (
            with_file("code/__torch__/model/cell.py", b'class LSTMCell(Module):\n  __buffers__ = ["training"]\n'),
            "no tensor",
        ),
    ],
    ids=[
        "evil",
        "list",
        "empty",
        "system",
        "byte order",
        "short",
        "long",
        "no numbers",
        "no pickle",
        "no class",
        "no tensor",
    ],
)
def test_what_is_no_archive_is_refused(drawing: bytes, change: Callable[[Files], Files], complaint: str) -> None:
    """By what is wrong with it, and whatever it asks for is not done."""
    with pytest.raises(CheckpointCorrupt, match=rf"^it is not a TorchScript archive: .*{complaint}"):
        archived(archive(change(files_of(drawing))), "it")


@pytest.mark.parametrize("cut", [0, 1, 100, -1000, -10])
def test_a_part_of_one_is_none(drawing: bytes, cut: int) -> None:
    """Wherever it ends."""
    with pytest.raises(CheckpointCorrupt, match="not a TorchScript archive"):
        archived(drawing[:cut], "it")
