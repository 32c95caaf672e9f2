"""`inkstream draw`."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from inkstream import local
from inkstream.__main__ import main
from inkstream.client import Client
from tests.app.real import Real

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def drawn_here(here: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own checkpoints draw, without a new start."""
    monkeypatch.setattr(local, "HERE", here)


def run(*arguments: str) -> None:
    """A command that does what it is asked."""
    assert main(["draw", *arguments]) == 0


@pytest.mark.parametrize("ending", ["svg", "png", "gif", "json", "ndjson"])
def test_the_name_of_the_file_says_its_form(here: Client, tmp_path: Path, ending: str) -> None:
    """It holds what the service would answer, to the byte."""
    path = tmp_path / f"penguin.{ending}"
    run("penguin", "--seed", "ada", "-o", str(path))
    assert path.read_bytes() == here.draw("penguin", seed="ada").content(ending)


def test_without_a_file_it_is_printed(here: Client, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """As SVG, or in the form that is asked for."""
    run("cat", "--seed", "7")
    assert capfdbinary.readouterr().out == here.draw("cat", seed=7).svg().encode()
    run("cat", "--seed", "7", "-o", "-", "--format", "png", "--size", "32")
    assert capfdbinary.readouterr().out == here.draw("cat", seed=7).png(size=32)


def test_what_the_service_can_be_asked_is_an_option(here: Client, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """How it is drawn, what it looks like, how many."""
    run("cat", "--seed", "7", "--temp-xy", "0.2", "--count", "3", "--color", "teal", "--stroke-width", "5")
    sheet = here.draw("cat", seed=7, temp_xy=0.2, count=3)
    assert capfdbinary.readouterr().out == sheet.svg(color="teal", stroke_width=5).encode()
    run("cat", "--seed", "7", "--like", "3", "--closeness", "0.5", "--format", "json")
    assert json.loads(capfdbinary.readouterr().out) == here.draw("cat", seed=7, like=3, closeness=0.5).body


@pytest.mark.parametrize("ending", ["svg", "json", "ndjson"])
def test_a_file_may_be_what_it_is_to_be_like(
    here: Client, tmp_path: Path, ending: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A drawing of ours, or of anybody's, alone or for a sheet."""
    path = tmp_path / f"cat.{ending}"
    here.draw("cat", seed=1).save(path)
    run("dog", "--like", str(path), "--seed", "4", "--format", "json")
    assert json.loads(capfdbinary.readouterr().out)["category"] == "dog"
    run("dog", "--like", str(path), "--seed", "4", "--count", "2", "--format", "json")
    assert len(json.loads(capfdbinary.readouterr().out)["drawings"]) == 2


def test_lines_may_be_what_it_is_to_be_like(tmp_path: Path) -> None:
    """A bare list of them, too."""
    (tmp_path / "lines.json").write_text("[[[0, 0], [10, 10], [20, 0]]]")
    run("dog", "--like", str(tmp_path / "lines.json"), "-o", str(tmp_path / "dog.png"), "--size", "40")
    assert max(Image.open(io.BytesIO((tmp_path / "dog.png").read_bytes())).size) == 40


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pengiun"], "No category is named 'pengiun'. Near it: penguin. `inkstream categories` lists all."),
        (["cat", "--stroke-width", "x"], "--stroke-width: Input should be a valid number"),
        (["cat", "--size", "5", "--format", "png"], "--size: Should "),
        (["cat", "--seed", "-1"], "a seed that is a number is 0 to 2^53 - 1"),
        (["cat", "-o", "nowhere"], "nowhere does not say what form it is to have"),
        (["cat", "-o", "cat.jpg"], "--format: Input should be 'svg'"),
        (["cat", "--closeness", "1"], "--closeness: Goes with like"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit status 2; nothing is written."""
    monkeypatch.chdir(tmp_path)
    assert main(["draw", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"inkstream: error: {told}")
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit status 1 and one line; a file that was there stays."""
    assert main(["draw", "cat", "--like", str(tmp_path / "gone.svg")]) == 1
    assert capsys.readouterr().err == f"inkstream: error: {tmp_path}/gone.svg: No such file or directory\n"
    (tmp_path / "file").write_text("mine")
    assert main(["draw", "cat", "-o", str(tmp_path / "file" / "cat.svg")]) == 1
    assert capsys.readouterr().err.endswith(": File exists\n")
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "cat.svg").mkdir()
    assert main(["draw", "cat", "-o", str(tmp_path / "cat.svg")]) == 1
    assert capsys.readouterr().err == f"inkstream: error: {tmp_path}/cat.svg: Is a directory\n"
    assert main(["draw", "cat", "--like", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.startswith(f"inkstream: error: {tmp_path}/file, line 1: not JSON")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """And a device is written to, not put away."""
    assert main(["draw", "cat", "-o", "/dev/full", "--format", "svg"]) == 1
    assert capsys.readouterr().err == "inkstream: error: /dev/full: No space left on device\n"
    run("cat", "-o", "/dev/null", "--format", "svg")
    assert Path("/dev/null").is_char_device()


def test_a_service_may_draw(site: Real, here: Client, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Where its address is given; that nothing answers is one line."""
    run("cat", "--seed", "7", "--url", f"http://{site.host}")
    assert capfdbinary.readouterr().out == here.draw("cat", seed=7).svg().encode()
    assert main(["draw", "cat", "--url", "http://127.0.0.1:9"]) == 1
    assert capfdbinary.readouterr().err.startswith(b"inkstream: error: http://127.0.0.1:9 cannot be asked: ")


@pytest.mark.slow
def test_an_address_that_is_none_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It was asked wrongly."""
    assert main(["draw", "cat", "--url", "localhost:8000"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "inkstream: error: 'localhost:8000' is no address of a service, such as http://localhost:8000"
    ]


def test_a_key_is_of_a_service(capsys: pytest.CaptureFixture[str]) -> None:
    """It is not passed over where nobody asks for it."""
    assert main(["categories", "--key", "secret"]) == 2
    assert capsys.readouterr().err == "inkstream: error: --key is of a service: it goes with --url\n"


def test_a_reader_that_goes_away_is_no_traceback(site: Real) -> None:
    """One line, and exit status 1."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "inkstream", "draw", "cat", "--url", f"http://{site.host}"]
    done = subprocess.run(command, check=False, stdout=write, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "inkstream: error: nobody reads the output any more\n")


def test_output_that_cannot_be_written_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the command, text that still waits to be written included."""
    for words in (["categories", "cat"], ["--help"]):
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            monkeypatch.setattr("sys.stdout", full)
            assert main(words) == 1
        assert capsys.readouterr().err == "inkstream: error: No space left on device\n"
