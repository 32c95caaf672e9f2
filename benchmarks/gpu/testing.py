"""The tests that need a GPU, and only those: as a plugin of pytest, and as a part that runs it."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.gpu.size import Size
from benchmarks.options import ROOT

REASON = "no CUDA device"  # for which such tests are skipped elsewhere
WORD = "cuda"
ELSEWHERE = {"benchmarks", "browser", "cluster", "deploy"}  # folders of tests that start what such a machine lacks
SHOWN = 600  # characters of what a failed test said
SECONDS = 140.0


def tests(_: Size) -> dict[str, object]:
    """How many passed, failed and were skipped, and what those that failed said. Warnings are no errors here."""
    files = [str(path.relative_to(ROOT)) for path in files_of(ROOT / "tests")]
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        command = ["-m", "pytest", "-q", "-p", "benchmarks.gpu.testing", "-p", "no:cacheprovider", "-W", "default"]
        command += ["--continue-on-collection-errors", "--told", told.name, *files]
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        found: dict[str, object] = json.loads(Path(told.name).read_text() or "{}")
    if not found:
        raise RuntimeError(done.stdout[-SHOWN:] + done.stderr[-SHOWN:])
    return found | {"files": len(files), "exit_status": done.returncode}


def files_of(folder: Path) -> list[Path]:
    """Files with tests that may be of a GPU, by the word."""
    paths = sorted(folder.rglob("test_*.py"))
    return [path for path in paths if WORD in path.read_text() and ELSEWHERE.isdisjoint(path.parts)]


def needs_gpu(item: pytest.Item) -> bool:
    """Whether it is skipped where there is no GPU, or has one of its cases there."""
    marks = any(mark.kwargs.get("reason") == REASON for mark in item.iter_markers("skipif"))
    case = getattr(item, "callspec", None)
    return marks or (case is not None and WORD in map(str, case.params.values()))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the outcome goes."""
    parser.addoption("--told", help="file for what became of the tests, as JSON")


class Outcome:
    """What became of the tests."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._counts: Counter[str] = Counter()
        self._failed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test by its call, or by what kept it from being called."""
        if report.when == "call" or not report.passed:
            self._counts[report.outcome] += 1
        if report.failed:
            self._failed[report.nodeid] = str(report.longrepr)[-SHOWN:]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported has failed."""
        if report.failed:
            self._counts["failed"] += 1
            self._failed[report.nodeid] = str(report.longrepr)[-SHOWN:]

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        counts = {name: self._counts[name] for name in ("passed", "failed", "skipped")}
        self._file.write_text(json.dumps(counts | {"failures": self._failed}))


def pytest_configure(config: pytest.Config) -> None:
    """Take part where the outcome is asked for."""
    if told := config.getoption("--told"):
        config.pluginmanager.register(Outcome(Path(told)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that any machine can run."""
    if config.getoption("--told"):
        items[:] = [item for item in items if needs_gpu(item)]
