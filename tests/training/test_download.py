import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.flaky import Flaky
from training import download
from training.__main__ import main
from training.data.fetch import Fetcher
from training.data.formats import read_drawings
from training.loop.alone import alone

LINE = b'{"word": "x", "drawing": [[[0, 255], [0, 255]]]}\n'


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flaky]:
    monkeypatch.setattr(download, "Fetcher", lambda **dials: Fetcher(first_wait=0.01, **dials))
    names = ("cat", "dog", "owl", "The%20Eiffel%20Tower")
    files = {f"/full/simplified/{name}.ndjson": LINE * (100 + i) for i, name in enumerate(names)}
    files |= {"/sketchrnn/cat.full.npz": b"PK", "/full/raw/cat.ndjson": LINE, "/full/binary/cat.bin": b"bin"}
    with Flaky(files).serving() as flaky:
        yield flaky


def fetch(bucket: Flaky, out: Path, *argv: str) -> int:
    return main(["download", *argv, "--out", str(out), "--base", bucket.url + "/", "--quiet"])


def test_several_at_once_from_a_bad_server(bucket: Flaky, tmp_path: Path) -> None:
    """All categories arrive whole, each under its name, from a server that fails again and again."""
    bucket.faults = ["busy", "drop", "short", "drop", "busy", "short"]
    out = tmp_path / "new" / "quickdraw"
    assert fetch(bucket, out, "cat", "dog", "owl", "The Eiffel Tower", "cat", "--jobs", "3") == 0
    assert sorted(path.name for path in out.iterdir()) == [
        f"{n}.ndjson" for n in ("The Eiffel Tower", "cat", "dog", "owl")
    ]
    assert [len(list(read_drawings(out / f"{name}.ndjson"))) for name in ("cat", "dog", "owl")] == [100, 101, 102]


def test_a_second_run_fetches_nothing(bucket: Flaky, tmp_path: Path) -> None:
    """What is there is known by its size."""
    fetch(bucket, tmp_path, "cat", "dog")
    bucket.asked.clear()
    assert fetch(bucket, tmp_path, "cat", "dog") == 0
    assert {method for method, *_ in bucket.asked} == {"HEAD"}


@pytest.mark.parametrize(
    ("form", "name", "content"),
    [("full-npz", "cat.full.npz", b"PK"), ("raw", "cat.raw.ndjson", LINE), ("binary", "cat.bin", b"bin")],
)
def test_other_forms(bucket: Flaky, tmp_path: Path, form: str, name: str, content: bytes) -> None:
    """Each form has its folder on the server, and a name of its own here."""
    assert fetch(bucket, tmp_path, "cat", "--format", form) == 0
    assert (tmp_path / name).read_bytes() == content


def test_what_cannot_be_had_is_said_at_the_end(
    bucket: Flaky, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other categories come all the same; exit 2, and a line for each that did not."""
    assert fetch(bucket, tmp_path, "unicorn", "cat", "dragon") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["cat.ndjson"]
    error = capsys.readouterr().err
    assert "unicorn.ndjson: the server says 404" in error
    assert "dragon.ndjson: the server says 404" in error


@pytest.mark.parametrize("name", ["../cat", "/etc/passwd", "", ".", "..", "a/b", ".hidden"])
def test_names_do_not_leave_the_folder(
    bucket: Flaky, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A category is a name, no path."""
    assert fetch(bucket, tmp_path / "out", name) == 2
    assert "is no name of a category" in capsys.readouterr().err
    assert bucket.asked == []


@pytest.mark.parametrize("dial", ["--jobs", "--tries"])
def test_no_jobs_and_no_tries_are_refused(bucket: Flaky, tmp_path: Path, dial: str) -> None:
    """At least one of each."""
    with pytest.raises(SystemExit):
        fetch(bucket, tmp_path, "cat", dial, "0")


def test_a_folder_that_cannot_be_made(bucket: Flaky, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in its place is named."""
    (tmp_path / "file").touch()
    assert fetch(bucket, tmp_path / "file", "cat") == 2
    assert "cannot be made" in capsys.readouterr().err


def test_a_file_that_another_run_fetches_is_left_to_it(
    bucket: Flaky, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both would append to one part; other files come all the same."""
    with alone({}, {"--out": tmp_path / "cat.ndjson"}):
        assert fetch(bucket, tmp_path, "cat", "dog") == 2
    assert "another run is at work on" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"dog.ndjson"}
    assert fetch(bucket, tmp_path, "cat", "dog") == 0


def test_an_interruption_ends_all_and_the_next_run_goes_on(
    bucket: Flaky, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C: exit 130, no thread left, no half file under its name; then the same command finishes."""
    threads = threading.active_count()
    bucket.faults = ["drop"] * 40

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(download, "as_completed", interrupted)
        assert fetch(bucket, tmp_path, "cat", "dog", "owl", "--tries", "40") == 130
    assert threading.active_count() <= threads + len(bucket.files)  # the server's own may still say goodbye
    for path in tmp_path.glob("*.ndjson"):
        assert path.read_bytes() == bucket.files[f"/full/simplified/{path.name}"]
    bucket.faults = []
    assert fetch(bucket, tmp_path, "cat", "dog", "owl") == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_the_bar_counts_all_files_together(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes of files side by side add up, and go back when a file begins anew; without a terminal there is no bar."""
    download.Bar(quiet=False).show("a", 1024, 1024)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = download.Bar(quiet=False)
    bar.show("a", 0, 1024)
    bar.show("b", 1024, 3072)
    bar.show("a", 1024, 1024)
    assert (bar._bar.n, bar._bar.total) == (2048, 4096)
    bar.show("b", 0, 3072)
    assert bar._bar.n == 1024
    bar.close()
    assert "4.00k" in capsys.readouterr().err
