"""What may import what: `training -> model <- app`, and the packages of `app` in order; how large a folder may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "benchmarks", "model", "training")
WEB = ("fastapi", "starlette", "uvicorn", "redis", "sse_starlette", "prometheus_client")
CLIENTS = ("http", "urllib.request", "httpx2", "httpx", "requests", "socket")
OUTSIDE = ("benchmarks", "tests")  # nothing that is installed needs them

FORBIDDEN = {  # files -> what they may not use
    "model/**/*.py": ("app", "training", *OUTSIDE, *WEB, *CLIENTS, "asyncio", "torch.optim"),
    "training/**/*.py": ("app", *OUTSIDE, *WEB, "asyncio"),
    "app/**/*.py": ("training", *OUTSIDE, "torch.optim"),
    "app/engine/scheduler.py": ("torch", "asyncio", "time", *WEB, *CLIENTS),  # pure: it is handed its clock
}
ORDER = (  # of the packages of `app`: each may import those before it, so no two import each other
    "errors",
    "catalogue",
    "engine",
    "formats",
    "pools",
    "middleware",
    "settings",
    "routes",
    "application",
    "server",
    "__main__",
)
MOST_FILES = 25  # in a folder: more cannot be taken in at a glance
MOST_DOORS = 12  # of `app/`, for the same reason
JIT_HOME = Path("model/archive.py")  # TorchScript is deprecated: one file to change when it goes


def used(source: str, package: str) -> Iterator[str]:
    """Dotted names that a module of `package` imports, names in full, or reaches through what it imported."""
    tree = ast.parse(source)
    names: dict[str, str] = {}  # local name -> what it stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            above = parents[: len(parents) - node.level + 1] if node.level else []
            for alias in node.names:
                name = ".".join([*above, *filter(None, [node.module]), alias.name])
                names[alias.asname or alias.name] = name
                yield name
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, *rest = ast.unparse(node).split(".")
            if head in names:
                yield ".".join([names[head], *rest])


def violations(root: Path) -> list[str]:
    """One line for each file of the packages under `root` and each forbidden thing that it uses."""
    files = {path.relative_to(root): path for package in PACKAGES for path in (root / package).rglob("*.py")}
    found = []
    for path, file in sorted(files.items()):
        forbidden = {name for pattern, names in FORBIDDEN.items() if file in root.glob(pattern) for name in names}
        if path != JIT_HOME:
            forbidden.add("torch.jit")
        uses = set(used(file.read_text(), ".".join(path.parent.parts)))
        broken = {name for name in forbidden for use in uses if f"{use}.".startswith(f"{name}.")}
        found += [f"{path.as_posix()} uses {name}" for name in sorted(broken)]
    return found


def upward(root: Path) -> list[str]:
    """One line for each file of `app` under `root` and each package of `app` that it may not import."""
    found = []
    for file in sorted((root / "app").rglob("*.py")):
        path = file.relative_to(root)
        place = Path(path.parts[1]).stem
        uses = {use.split(".")[1] for use in used(file.read_text(), ".".join(path.parent.parts)) if use[:4] == "app."}
        below = ORDER[: ORDER.index(place)] if place in ORDER else ()  # `app/__init__.py` is run before them all
        found += [f"{path.as_posix()} uses app.{name}" for name in sorted(uses - {place, *below})]
    return found


def crowded(root: Path) -> list[str]:
    """One line for each folder of the packages that holds too many files, and one for too many doors of `app`."""
    folders = [folder for package in ("app", "model", "training") for folder in (root / package).glob("**/")]
    counts = {folder.relative_to(root).as_posix(): len(list(folder.glob("*.py"))) for folder in sorted(folders)}
    found = [f"{folder} holds {count} Python files" for folder, count in counts.items() if count > MOST_FILES]
    doors = {path.name for path in (root / "app").iterdir()} - {"__init__.py", "__pycache__"}
    return found + ([f"app has {len(doors)} doors"] if len(doors) > MOST_DOORS else [])


def test_imports_go_one_way() -> None:
    """`training` and `app` know `model`, nothing else of ours crosses, and torch.jit stays in its one file."""
    assert violations(ROOT) == []


def test_the_packages_of_app_have_an_order() -> None:
    """Each imports only those before it, so none can be understood only after another that needs it."""
    assert upward(ROOT) == []


def test_no_folder_is_crowded() -> None:
    """A person who opens a folder sees at once what is in it."""
    assert crowded(ROOT) == []


def test_every_package_is_looked_at() -> None:
    """The rules cannot pass by looking at nothing."""
    for package in PACKAGES:
        assert list((ROOT / package).rglob("*.py")), package
    for name in ORDER:
        assert (ROOT / "app" / name).is_dir() or (ROOT / "app" / f"{name}.py").is_file(), name


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("app/routes/drawings.py", "from training.losses import nll", "uses training"),
        ("app/routes/drawings.py", "def late():\n    import training", "uses training"),
        ("app/pages/home.py", "from ...training import losses", "uses training"),
        ("app/routes/drawings.py", "import importlib\nimportlib.import_module('training.split')", "uses training"),
        ("training/loop.py", "import app.settings as s", "uses app"),
        ("training/loop.py", "from app import settings", "uses app"),
        ("model/network.py", "from .. import training", "uses training"),
        ("model/network.py", "import app", "uses app"),
        ("model/network.py", "from fastapi import FastAPI", "uses fastapi"),
        ("model/network.py", "import asyncio", "uses asyncio"),
        ("model/network.py", "import torch\ntorch.optim.Adam([])", "uses torch.optim"),
        ("model/network.py", "from torch import jit", "uses torch.jit"),
        ("model/network.py", "import torch as t\nt.jit.script(1)", "uses torch.jit"),
        ("training/loop.py", "import torch.jit", "uses torch.jit"),
        ("benchmarks/speed.py", "import torch\n@torch.jit.script\ndef f(): ...", "uses torch.jit"),
        ("app/engine/scheduler.py", "from torch import Tensor", "uses torch"),
        ("app/engine/scheduler.py", "import time", "uses time"),
        ("model/deep/down/file.py", "import tests.fakes", "uses tests"),
    ],
)
def test_a_slip_is_found(tmp_path: Path, path: str, source: str, complaint: str) -> None:
    """Each way in which an import could slip past is named with its file."""
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert violations(tmp_path) == [f"{path} {complaint}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/archive.py", "import torch\ntorch.jit.load('model.pt')"),
        ("model/network.py", '"""Nothing of app, torch.jit or asyncio."""\nfrom model import strokes'),
        ("training/loop.py", "import torch\nfrom model.network import Network\ntorch.optim.Adam([])"),
        ("app/__main__.py", "import appdirs, trainingwheels\nfrom model import svg\nfrom . import engine"),
        ("app/__main__.py", "app = object()\napp.training.losses"),
        ("benchmarks/speed.py", "import app, model, training"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, path: str, source: str) -> None:
    """Words in strings, similar names and the right direction are no slips."""
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert violations(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("app/engine/stream.py", "from app.routes.service import Service", "uses app.routes"),
        ("app/engine/stream.py", "def late():\n    import app.pools.store", "uses app.pools"),
        ("app/engine/stream.py", "from ..formats import render", "uses app.formats"),
        ("app/catalogue/trust.py", "from app import settings", "uses app.settings"),
        ("app/middleware/rates.py", "import app\napp.settings.Settings()", "uses app.settings"),
        ("app/settings.py", "from app.application import create_app", "uses app.application"),
        ("app/errors.py", "from app.engine.metrics import Metrics", "uses app.engine"),
        ("app/__init__.py", "from app.errors import AppError", "uses app.errors"),
        ("app/routes/drawings.py", "from app.cellar import wine", "uses app.cellar"),
        ("app/cellar/wine.py", "from app.errors import AppError", "uses app.errors"),
    ],
)
def test_an_arrow_up_is_found(tmp_path: Path, path: str, source: str, complaint: str) -> None:
    """Each way in which a package could import one above it, or one without a place, is named with its file."""
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert upward(tmp_path) == [f"{path} {complaint}"]


def test_a_crowd_is_found(tmp_path: Path) -> None:
    """One file or one door too many is named with its folder."""
    (tmp_path / "training" / "deep").mkdir(parents=True)
    for number in range(MOST_FILES + 1):
        (tmp_path / "training" / "deep" / f"part{number}.py").touch()
    for number in range(MOST_DOORS + 1):
        (tmp_path / "app" / f"room{number}").mkdir(parents=True)
    assert crowded(tmp_path) == ["training/deep holds 26 Python files", "app has 13 doors"]
