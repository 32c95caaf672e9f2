"""`python -m training figures` from the command line, on tiny checkpoints and data."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.test_readme import ROOT, examples
from tests.training.figure import tiny
from training.__main__ import main, parser
from training.figure.catalogue import FIGURES
from training.figures import MOVING, SUMMARIES


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints and drawings of which figures are made."""
    made = tmp_path_factory.mktemp("figures")
    tiny.request(made)
    tiny.coded(made)
    return made


def command(root: Path, out: Path, name: str, *more: str) -> list[str]:
    argv = ["figures", name, "--category", tiny.CATEGORY, "--checkpoints", str(root / "checkpoints")]
    return [*argv, "--data", str(root / "data"), "--out", str(out), "--threads", "1", *more]


def test_all_are_made_and_said(root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file for each name, in the form asked for, and a line that says what it is."""
    with caplog.at_level("INFO"):
        assert main(command(root, tmp_path, "all", "--format", "png")) == 0
    for name in SUMMARIES:
        path = tmp_path / f"{name}.{'gif' if name in MOVING else 'png'}"
        assert path.read_bytes().startswith(b"GIF89a" if name in MOVING else b"\x89PNG")
        assert f"{path}: " in caplog.text


@pytest.mark.parametrize("name", ["representations", "move-temperature", "growing"])
def test_the_same_inputs_give_the_same_file(root: Path, tmp_path: Path, name: str) -> None:
    """Byte for byte; another seed gives another."""
    made = []
    for seed in ("3", "3", "4"):
        assert main(command(root, tmp_path, name, "--seed", seed)) == 0
        made.append((tmp_path / f"{name}.{'gif' if name in MOVING else 'svg'}").read_bytes())
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("growing", ["--category", "owl"], "no checkpoint of 'owl'"),
        ("systems", ["--checkpoints", "nowhere"], "nowhere has no checkpoint"),
        ("dataset", ["--data", "nowhere.ndjson"], "nowhere.ndjson: No such file"),
        ("dataset", ["--category", "owl"], "no file of 'owl'"),
        ("temperature", ["--out", "/dev/null/out"], "/dev/null/out cannot be made"),
    ],
)
def test_what_cannot_be_done_is_said(
    root: Path, tmp_path: Path, name: str, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on standard error, exit 2."""
    assert main(command(root, tmp_path, name, *more)) == 2
    assert message in capsys.readouterr().err


def test_help_says_what_each_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure that can be made is named, and no other."""
    with pytest.raises(SystemExit):
        main(["figures", "--help"])
    shown = capsys.readouterr().out
    assert list(FIGURES) == list(SUMMARIES)
    assert all(f"  {name} " in shown for name in SUMMARIES)


def test_the_page_shows_every_figure() -> None:
    """docs/figures.md has a picture, small enough for a page, and the command for each, and describes every option."""
    page = (ROOT / "docs/figures.md").read_text()
    commands = [parser().parse_args(example.words[3:]) for example in examples(page)]
    assert {args.name for args in commands} == {*SUMMARIES, "all"}
    for name in SUMMARIES:
        path = f"images/figures/{name}.{'gif' if name in MOVING else 'svg'}"
        assert f"]({path})" in page
        assert (ROOT / "docs" / path).stat().st_size < (700_000 if name in MOVING else 200_000)
    for option in vars(commands[0]).keys() - {"name", "out", "run"}:
        assert f"`--{option}`" in page


def test_matplotlib_is_not_imported_before_a_figure_is_made() -> None:
    """Its first import looks through the machine's fonts and writes a file: not a thing for `--help` to do."""
    found = imported_with("training.__main__")
    assert {"training.figures", "model.card", "torch"} <= found
    assert not {name for name in found if name.split(".")[0] == "matplotlib"}
    assert "matplotlib.figure" in imported_with("training.figure.catalogue")


def imported_with(module: str) -> set[str]:
    """All that the import of a module of ours imports: itself, what it names outside functions, and so on."""
    found, left = set[str](), [module]
    while left:
        name = left.pop()
        path = ROOT.joinpath(*name.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name not in found and file.is_file():
            left += at_import(ast.parse(file.read_text()).body)
        found.add(name)
    return found


def at_import(statements: Sequence[ast.AST]) -> Iterator[str]:
    """Names in full of modules, and of what is taken from them, where it is not done when a function is called."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            assert statement.module is not None
            assert statement.level == 0
            parents = statement.module.split(".")
            yield from (".".join(parents[:count]) for count in range(1, len(parents) + 1))
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from at_import(list(ast.iter_child_nodes(statement)))
