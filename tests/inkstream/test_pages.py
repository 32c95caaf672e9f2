"""README, docs/python.md, docs/command.md and the notebook: what they show runs, by the networks that come along."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import inkstream
from inkstream import local
from inkstream.__main__ import main
from inkstream.calls import Wish
from inkstream.client import Client
from inkstream.command.parser import COMMANDS
from tests.app.real import Real
from tests.test_readme import DRAWING, ROOT, examples

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOTEBOOK = ROOT / "examples/drawing.ipynb"
ANYWHERE = "http://localhost:8000"  # the address of a service in the pages


@pytest.fixture(scope="module")
def ours() -> Iterator[Client]:
    """What draws by the networks of the package, as `inkstream.draw` and the command do."""
    with (
        pytest.MonkeyPatch.context() as patch,
        Client("http://localhost", transport=local.InProcess(), retries=0) as client,
    ):
        patch.setattr(local, "HERE", client)
        for name, home in inkstream.HOMES.items():
            if home == "inkstream.local":
                patch.setattr(inkstream, name, getattr(client, name))
        yield client


@pytest.fixture
def elsewhere(ours: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without checkpoints."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(code: str, names: dict[str, object]) -> object:
    """Execute a cell; the value of its last line, if that is an expression, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 - our own page
    return None if last is None else eval(ast.unparse(last), names)  # noqa: S307 - the same


@pytest.mark.slow
def test_the_notebook_runs(elsewhere: Path) -> None:
    """Each cell; what shows itself is SVG. It is committed without outputs."""
    names: dict[str, object] = {}
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    shown = [run("".join(cell["source"]), names) for cell in cells]
    pictures = [value._repr_svg_() for value in shown if isinstance(value, inkstream.Drawing | inkstream.Sheet)]
    assert len(pictures) == 4
    assert all(picture.startswith("<svg") for picture in pictures)
    assert (elsewhere / "penguin.gif").read_bytes().startswith(b"GIF89a")
    assert all(cell["outputs"] == [] for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_python_runs_as_shown(page: str, elsewhere: Path, site: Real) -> None:
    """Block by block, as one program; a service draws what is asked of one."""
    names: dict[str, object] = {}
    blocks = PYTHON.findall((ROOT / page).read_text())
    assert blocks
    for block in blocks:
        run(block.replace(ANYWHERE, f"http://{site.host}").replace("owl", "cat"), names)
    files = [path.name for path in elsewhere.iterdir()]
    assert {"README.md": 1, "docs/python.md": 6}[page] == len(files), files


@pytest.mark.slow
def test_commands_run_as_shown(elsewhere: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Those of README and of docs/command.md; each writes or prints something."""
    page = examples((ROOT / "docs/command.md").read_text())
    assert page
    for example in [*DRAWING, *page]:
        words = shlex.split(example.command.partition(" > ")[0])
        assert Path(words[0]).name == "inkstream"
        before = set(elsewhere.iterdir())
        assert main(words[1:]) == 0, example.command
        assert capfdbinary.readouterr().out or set(elsewhere.iterdir()) - before or "-o" in words


def test_every_wish_is_described() -> None:
    """docs/python.md names each, and each kind of error."""
    text = (ROOT / "docs/python.md").read_text()
    named = [*Wish.__annotations__, *(name for name, home in inkstream.HOMES.items() if home == "inkstream.errors")]
    assert [name for name in named if f"`{name}" not in text and f"`inkstream.{name}`" not in text] == []


def test_every_command_is_described() -> None:
    """docs/command.md has a row for each of ours."""
    text = (ROOT / "docs/command.md").read_text()
    assert [name for name in COMMANDS if f"| `inkstream {name}" not in text] == []
