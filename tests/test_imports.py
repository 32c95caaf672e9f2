"""The one direction of imports, `training -> model <- app`, and what each package keeps out of itself."""

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
    "app/scheduler.py": ("torch", "asyncio", "time", *WEB, *CLIENTS),  # pure: it is handed its clock
}
JIT_HOME = Path("model/checkpoint.py")  # TorchScript is deprecated: one file to change when it goes


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


def test_imports_go_one_way() -> None:
    """`training` and `app` know `model`, nothing else of ours crosses, and torch.jit stays in its one file."""
    assert violations(ROOT) == []


def test_every_package_is_looked_at() -> None:
    """The rule cannot pass by looking at nothing."""
    for package in PACKAGES:
        assert list((ROOT / package).rglob("*.py")), package


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("app/routes.py", "from training.losses import nll", "uses training"),
        ("app/routes.py", "def late():\n    import training", "uses training"),
        ("app/pages/home.py", "from ...training import losses", "uses training"),
        ("app/routes.py", "import importlib\nimportlib.import_module('training.split')", "uses training"),
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
        ("app/scheduler.py", "from torch import Tensor", "uses torch"),
        ("app/scheduler.py", "import time", "uses time"),
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
        ("model/checkpoint.py", "import torch\ntorch.jit.load('model.pt')"),
        ("model/network.py", '"""Nothing of app, torch.jit or asyncio."""\nfrom model import strokes'),
        ("training/loop.py", "import torch\nfrom model.network import Network\ntorch.optim.Adam([])"),
        ("app/main.py", "import appdirs, trainingwheels\nfrom model import svg\nfrom . import engine"),
        ("app/main.py", "app = object()\napp.training.losses"),
        ("benchmarks/speed.py", "import app, model, training"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, path: str, source: str) -> None:
    """Words in strings, similar names and the right direction are no slips."""
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert violations(tmp_path) == []
