import fcntl
import json
import os
import sys
import time
import zipfile
from pathlib import Path

import pytest

from benchmarks.gpu import __main__ as module
from benchmarks.gpu.__main__ import BUDGET, PARTS, PLAYED_BACK, attempt, main, unpack
from benchmarks.gpu.part import HOMES, parts

LONG = 600.0


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_a_part_ends_with_what_it_found() -> None:
    """Whatever it printed before; what it imports, it finds in the folders that are named, too."""
    text = "import json, os; print('hello'); print(json.dumps({'path': os.environ['PYTHONPATH']}))"
    found = attempt(script(text), ["a", "b"], LONG)
    assert str(found["path"]).split(os.pathsep)[:2] == ["a", "b"]
    assert "error" not in found


@pytest.mark.parametrize(
    ("text", "error"), [("print('so far'); 1 / 0", "exit status 1"), ("print('{')", "exit status 0")]
)
def test_a_part_that_fails_is_recorded(text: str, error: str) -> None:
    """With its last words."""
    found = attempt(script(text), [], LONG)
    assert found["error"] == error
    assert str(found["printed"])


def test_a_part_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    """No process of it is left, so the next part has the card for itself: nobody holds a lock that its child shares."""
    path = tmp_path / "lock"
    path.touch()
    text = f"import fcntl, os, time; file = open({str(path)!r}); fcntl.flock(file, fcntl.LOCK_EX); os.fork()"
    found = attempt(script(f"{text}; time.sleep(600)"), [], 2.0)
    assert found["error"] == "not done after 2 seconds"
    late = time.monotonic() + 60
    with path.open() as file:
        while time.monotonic() < late:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01)  # a process that is killed takes a moment to end
            else:
                return
    pytest.fail("the child lives")


def test_without_time_nothing_is_begun() -> None:
    """What the budget does not reach is said."""
    assert attempt(script("1 / 0"), [], 0.0) == {"error": "there was no time left", "seconds": 0.0}


def test_the_document_is_written_after_each_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine that is taken away leaves what was found until then; the last line is the whole."""
    told = tmp_path / "gpu.json"
    seen: list[list[str]] = []

    def part(command: list[str], paths: list[str], seconds: float) -> dict[str, object]:
        seen.append(list(json.loads(told.read_text())["parts"]) if told.exists() else [])
        return {"error": "none", "seconds": 0.1} if "tests" in command else {"found": seconds > 0, "seconds": 0.1}

    monkeypatch.setattr(module, "attempt", part)
    assert main(["--device", "cpu", "--out", str(told)]) == 1
    assert [len(names) for names in seen] == list(range(len(PARTS)))
    document = json.loads(told.read_text())
    assert document["failed"] == ["tests"]
    assert list(document["parts"]) == list(PARTS)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == document
    assert main(["--device", "cuda", "--only", "card"]) == 0


def test_with_a_device_that_plays_back_the_card_has_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts about the card or the network are left out, unless named; others get as long as rehearsals."""
    seen: dict[str, tuple[str, float]] = {}

    def part(command: list[str], paths: list[str], seconds: float) -> dict[str, object]:
        seen[command[3]] = command[5], seconds
        return {"seconds": 0.1}

    monkeypatch.setattr(module, "attempt", part)
    assert main(["--device", "playback"]) == 0
    assert list(seen) == list(PLAYED_BACK)
    assert {device for device, _ in seen.values()} == {"playback"}
    assert seen["paced"][1] > PARTS["paced"]
    assert main(["--device", "playback", "--only", "decoding"]) == 0
    assert "decoding" in seen


def test_packages_are_unpacked_as_they_are_imported(tmp_path: Path) -> None:
    """Those of a wheel, and what it keeps beside them."""
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "one-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one/__init__.py", "")
        wheel.writestr("one-1.data/purelib/two/__init__.py", "")
    unpack(tmp_path / "wheels", tmp_path / "there")
    assert (tmp_path / "there" / "one" / "__init__.py").is_file()
    assert (tmp_path / "there" / "two" / "__init__.py").is_file()


def test_every_part_has_a_home_and_a_limit() -> None:
    """No part is named that is not there; all are within eight minutes."""
    assert set(HOMES) == set(PARTS) == set(parts())
    assert BUDGET < 8 * 60
