import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.gpu.testing import REASON, Outcome, files_of, needs_gpu
from benchmarks.options import ROOT


def item(*, reason: str = "", **params: object) -> Any:
    marks = [pytest.mark.skipif(True, reason=reason).mark] if reason else []
    made = SimpleNamespace(iter_markers=lambda _: marks)
    if params:
        made.callspec = SimpleNamespace(params=params)
    return made


def test_only_tests_of_a_gpu_are_taken() -> None:
    """Those that are skipped elsewhere, and cases that are named after it."""
    assert needs_gpu(item(reason=REASON))
    assert needs_gpu(item(device="cuda"))
    assert not needs_gpu(item())
    assert not needs_gpu(item(reason="no Docker engine"))
    assert not needs_gpu(item(device="cpu"))


def test_the_files_are_found_by_the_word() -> None:
    """Those of training and of the service are among them, and those of other benchmarks are not."""
    names = {path.relative_to(ROOT / "tests").as_posix() for path in files_of(ROOT / "tests")}
    assert {"training/loop/test_trainer.py", "training/shared/test_trainer.py", "app/test_cuda.py"} <= names
    assert not any(name.startswith("benchmarks") for name in names)


def report(outcome: str, when: str = "call") -> Any:
    failed = outcome == "failed"
    return SimpleNamespace(
        outcome=outcome, when=when, passed=outcome == "passed", failed=failed, nodeid=f"{outcome}.py", longrepr="why"
    )


def test_the_outcome_is_counted(tmp_path: Path) -> None:
    """A test by its call, one that fails before by that, a file that cannot be imported as a failure."""
    told = Outcome(tmp_path / "told.json")
    for outcome, when in (("passed", "setup"), ("passed", "call"), ("skipped", "setup"), ("failed", "setup")):
        told.pytest_runtest_logreport(report(outcome, when))
    told.pytest_collectreport(report("failed", "collect"))
    told.pytest_collectreport(report("passed", "collect"))
    told.pytest_sessionfinish()
    found = json.loads((tmp_path / "told.json").read_text())
    assert (found["passed"], found["failed"], found["skipped"]) == (1, 2, 1)
    assert found["failures"] == {"failed.py": "why"}
