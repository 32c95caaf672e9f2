"""What may import what: `training -> model <- app`, all of them below `inkstream`; how large a folder may be."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INSTALLED = ("app", "inkstream", "model", "training")
PACKAGES = (*INSTALLED, "benchmarks")
WEB = ("fastapi", "starlette", "uvicorn", "redis", "sse_starlette", "prometheus_client")
CLIENTS = ("http", "urllib.request", "httpx2", "httpx", "requests", "socket")
OUTSIDE = ("benchmarks", "tests")  # nothing that is installed needs them

FORBIDDEN = {  # files -> what they may not use
    "model/**/*.py": ("app", "training", "inkstream", *OUTSIDE, *WEB, *CLIENTS, "asyncio", "torch.optim"),
    "training/**/*.py": ("app", "inkstream", *OUTSIDE, *WEB, "asyncio"),
    "app/**/*.py": ("training", "inkstream", *OUTSIDE, "torch.optim"),
    "inkstream/**/*.py": (*OUTSIDE, "torch"),  # what draws is the application
    "inkstream/*.py": WEB,
    "inkstream/command/**/*.py": WEB,
    "app/engine/scheduling/*.py": ("torch", "asyncio", "time", *WEB, *CLIENTS),  # pure: it is handed its clock
}
ORDERS = {  # of what a package holds: each may import those before it, so no two import each other
    "app": (
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
    ),
    "training": ("errors", "data", "loop", "shared", "convert", "classifier", "score", "figure", "fleet"),
}
MOST_FILES = 25  # in a folder: more cannot be taken in at a glance
MOST_DOORS = 12  # of `app/`, for the same reason
JIT_HOME = Path("model/archive/torchscript.py")  # TorchScript is deprecated: one file to change when it goes


def dotted(node: ast.expr) -> list[str]:
    """The names of `a.b.c`, in order; what is no name is "", as in `f().b.c`."""
    found = list[str]()
    while isinstance(node, ast.Attribute):
        found.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(found)]


@cache
def used(source: str, package: str) -> frozenset[str]:
    """Dotted names that a module of `package` imports, names in full, or reaches through what it imported."""
    return frozenset(_used(ast.parse(source), package))


def _used(tree: ast.Module, package: str) -> Iterator[str]:
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
        elif isinstance(node, ast.Call) and dotted(node.func)[-1:] in (["import_module"], ["__import__"]):
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, *rest = dotted(node)
            if head in names:
                yield ".".join([names[head], *rest])


def violations(root: Path) -> list[str]:
    """One line for each file of the packages under `root` and each forbidden thing that it uses."""
    files = {path.relative_to(root): path for package in PACKAGES for path in (root / package).rglob("*.py")}
    rules = [(frozenset(root.glob(pattern)), names) for pattern, names in FORBIDDEN.items()]
    found = []
    for path, file in sorted(files.items()):
        forbidden = {name for of, names in rules if file in of for name in names}
        if path != JIT_HOME:
            forbidden.add("torch.jit")
        uses = used(file.read_text(), ".".join(path.parent.parts))
        broken = {name for name in forbidden for use in uses if f"{use}.".startswith(f"{name}.")}
        found += [f"{path.as_posix()} uses {name}" for name in sorted(broken)]
    return found


def upward(root: Path) -> list[str]:
    """One line for each file of the packages with an order, and each part of its package that it may not use."""
    found = []
    for package, order in ORDERS.items():
        for file in sorted((root / package).rglob("*.py")):
            path = file.relative_to(root)
            place = Path(path.parts[1]).stem
            if path.parts[0] == "training" and len(path.parts) == 2 and place not in order:
                continue  # a command may use everything
            names = {
                use for use in used(file.read_text(), ".".join(path.parent.parts)) if use.startswith(f"{package}.")
            }
            below = order[: order.index(place)] if place in order else ()  # `app/__init__.py` is run before them all
            above = {name.split(".")[1] for name in names} - {place, *below}
            found += [f"{path.as_posix()} uses {package}.{name}" for name in sorted(above)]
    return found


def crowded(root: Path) -> list[str]:
    """One line for each folder of the packages that holds too many files, and one for too many doors of `app`."""
    folders = [folder for package in INSTALLED for folder in (root / package).glob("**/")]
    counts = {folder.relative_to(root).as_posix(): len(list(folder.glob("*.py"))) for folder in sorted(folders)}
    found = [f"{folder} holds {count} Python files" for folder, count in counts.items() if count > MOST_FILES]
    doors = {path.name for path in (root / "app").iterdir()} - {"__init__.py", "__pycache__"}
    return found + ([f"app has {len(doors)} doors"] if len(doors) > MOST_DOORS else [])


def test_imports_go_one_way() -> None:
    """`training` and `app` know `model`, nobody `inkstream`, which knows them all; torch.jit stays in its one file."""
    assert violations(ROOT) == []


def test_packages_have_an_order() -> None:
    """Each part imports only those before it, so none can be understood only after another that needs it."""
    assert upward(ROOT) == []


def test_no_folder_is_crowded() -> None:
    """A person who opens a folder sees at once what is in it."""
    assert crowded(ROOT) == []


def test_every_package_is_looked_at() -> None:
    """The rules cannot pass by looking at nothing."""
    for package in PACKAGES:
        assert list((ROOT / package).rglob("*.py")), package
    for package, order in ORDERS.items():
        for name in order:
            assert (ROOT / package / name).is_dir() or (ROOT / package / f"{name}.py").is_file(), name


def plant(root: Path, path: str, source: str) -> Path:
    """A tree with one file."""
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(source)
    return root


@pytest.mark.parametrize(
    ("rule", "path", "source", "complaint"),
    [
        (violations, "app/routes/drawings.py", "from training.losses import nll", "uses training"),
        (violations, "app/routes/drawings.py", "def late():\n    import training", "uses training"),
        (violations, "app/pages/home.py", "from ...training import losses", "uses training"),
        (
            violations,
            "app/routes/drawings.py",
            "import importlib\nimportlib.import_module('training.split')",
            "uses training",
        ),
        (violations, "training/loop.py", "import app.settings as s", "uses app"),
        (violations, "training/loop.py", "from app import settings", "uses app"),
        (violations, "model/network.py", "from .. import training", "uses training"),
        (violations, "model/network.py", "import app", "uses app"),
        (violations, "model/network.py", "from fastapi import FastAPI", "uses fastapi"),
        (violations, "model/network.py", "import asyncio", "uses asyncio"),
        (violations, "model/network.py", "import torch\ntorch.optim.Adam([])", "uses torch.optim"),
        (violations, "model/network.py", "from torch import jit", "uses torch.jit"),
        (violations, "model/network.py", "import torch as t\nt.jit.script(1)", "uses torch.jit"),
        (violations, "app/routes/drawings.py", "import inkstream", "uses inkstream"),
        (violations, "model/network.py", "from inkstream.calls import Call", "uses inkstream"),
        (violations, "training/loop.py", "def late():\n    from inkstream import draw", "uses inkstream"),
        (violations, "inkstream/local.py", "import torch", "uses torch"),
        (violations, "training/loop.py", "import torch.jit", "uses torch.jit"),
        (violations, "benchmarks/speed.py", "import torch\n@torch.jit.script\ndef f(): ...", "uses torch.jit"),
        (violations, "app/engine/scheduling/scheduler.py", "from torch import Tensor", "uses torch"),
        (violations, "app/engine/scheduling/scheduler.py", "import time", "uses time"),
        (violations, "model/deep/down/file.py", "import tests.fakes", "uses tests"),
        (upward, "app/engine/stream.py", "from app.routes.service import Service", "uses app.routes"),
        (upward, "app/engine/stream.py", "def late():\n    import app.pools.store", "uses app.pools"),
        (upward, "app/engine/stream.py", "from ..formats import render", "uses app.formats"),
        (upward, "app/catalogue/trust.py", "from app import settings", "uses app.settings"),
        (upward, "app/middleware/rates.py", "import app\napp.settings.Settings()", "uses app.settings"),
        (upward, "app/settings/__init__.py", "from app.application import create_app", "uses app.application"),
        (upward, "app/errors.py", "from app.engine.metrics import Metrics", "uses app.engine"),
        (upward, "app/__init__.py", "from app.errors import AppError", "uses app.errors"),
        (upward, "app/routes/drawings.py", "from app.cellar import wine", "uses app.cellar"),
        (upward, "app/cellar/wine.py", "from app.errors import AppError", "uses app.errors"),
        (upward, "training/data/corpus.py", "from training.loop import trainer", "uses training.loop"),
        (
            upward,
            "training/loop/state.py",
            "def late():\n    from training.score.traits import traits",
            "uses training.score",
        ),
        (upward, "training/score/traits.py", "from training import evaluate", "uses training.evaluate"),
        (upward, "training/loop/state.py", "from .. import arguments", "uses training.arguments"),
        (upward, "training/classifier/pictures.py", "import training.figure.style", "uses training.figure"),
        (upward, "training/cellar/wine.py", "from training.errors import TrainingError", "uses training.errors"),
    ],
)
def test_a_slip_is_found(
    tmp_path: Path, rule: Callable[[Path], list[str]], path: str, source: str, complaint: str
) -> None:
    """Each way in which an import could slip past, or point up, or come from a place without order, is named."""
    assert rule(plant(tmp_path, path, source)) == [f"{path} {complaint}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("model/archive/torchscript.py", "import torch\ntorch.jit.load('model.pt')"),
        ("model/network.py", '"""Nothing of app, torch.jit or asyncio."""\nfrom model import strokes'),
        ("training/loop.py", "import torch\nfrom model.network import Network\ntorch.optim.Adam([])"),
        ("app/__main__.py", "import appdirs, trainingwheels\nfrom model import svg\nfrom . import engine"),
        ("app/__main__.py", "app = object()\napp.training.losses"),
        ("benchmarks/speed.py", "import app, model, training"),
        ("inkstream/local.py", "import app.application, training.commands\nfrom model import strokes"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, path: str, source: str) -> None:
    """Words in strings, similar names and the right direction are no slips."""
    assert violations(plant(tmp_path, path, source)) == []


def test_commands_and_what_is_below_pass(tmp_path: Path) -> None:
    """A command uses all of `training`; a package those below, and the errors."""
    plant(tmp_path, "training/evaluate.py", "from training.score import traits\nfrom training import arguments")
    below = "from training import errors\nfrom training.data import survey\n"
    assert upward(plant(tmp_path, "training/score/traits.py", below)) == []


def test_a_crowd_is_found(tmp_path: Path) -> None:
    """One file or one door too many is named with its folder."""
    (tmp_path / "training" / "deep").mkdir(parents=True)
    for number in range(MOST_FILES + 1):
        (tmp_path / "training" / "deep" / f"part{number}.py").touch()
    for number in range(MOST_DOORS + 1):
        (tmp_path / "app" / f"room{number}").mkdir(parents=True)
    assert crowded(tmp_path) == ["training/deep holds 26 Python files", "app has 13 doors"]
