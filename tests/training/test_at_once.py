"""Two commands of `python -m training` that would write to one place at the same time."""

from pathlib import Path

import pytest

from tests.training import networks, shapes
from training.__main__ import main
from training.loop.alone import alone

DATA = ("--data", "data")
PLACES = [
    (("train", "square", "--data", "unread.ndjson", "--out", "busy"), {"--out": "busy/square"}, {}),
    (("train", "square", "--data", "unread.ndjson", "--out", "new"), {"--state": "runs/square"}, {}),
    (("train", "square", "--data", "unread.ndjson", "--out", "new", "--state", "busy"), {"--state": "busy"}, {}),
    (("pretrain", *DATA, "--out", "busy"), {"--out": "busy"}, {}),
    (("pretrain", *DATA, "--out", "busy", "--state", "new"), {"--out": "busy"}, {}),
    (("pretrain", *DATA, "--out", "new", "--state", "busy"), {"--state": "busy"}, {}),
    (("classifier", *DATA, "--out", "c.pt"), {"--state": "c.state"}, {}),
    (("classifier", *DATA, "--out", "c.pt", "--state", "new"), {}, {"--out": "c.pt"}),
    (("classifier", *DATA, "--form", "strokes", "--out", "busy", "--state", "new"), {"--out": "busy"}, {}),
    (("fleet", "--categories", "all", *DATA, "--out", "busy"), {"--state": "busy/.fleet"}, {}),
    (("export", "network", "--out", "busy"), {"--out": "busy/network"}, {}),
]


@pytest.mark.parametrize(("argv", "folders", "files"), PLACES)
def test_a_second_run_in_a_place_is_refused(
    argv: tuple[str, ...],
    folders: dict[str, str],
    files: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before it reads a drawing, in a line that names the option; nothing of it is left, and nothing written."""
    for kind in ("square", "zigzag"):
        shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 3)
    networks.write(tmp_path / "network", "square")
    monkeypatch.chdir(tmp_path)
    with alone({name: Path(path) for name, path in folders.items()}, {name: Path(at) for name, at in files.items()}):
        before = sorted(tmp_path.rglob("*"))
        assert main(argv) == 2
        [(option, place)] = {**folders, **files}.items()
        told = f"{place}: wait until it has ended, or choose another {option}\n"
        assert capsys.readouterr().err.endswith(told)
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and path not in before]
