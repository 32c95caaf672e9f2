import os
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tests.training.flaky import Flaky
from tests.training.full_disk import full
from training.data.fetch import CHUNK, Fetcher
from training.errors import DownloadError

CONTENT = np.random.default_rng(0).bytes(10 * CHUNK + 1000)


@pytest.fixture
def server() -> Iterator[Flaky]:
    with Flaky({"/cat": CONTENT, "/empty": b""}).serving() as flaky:
        yield flaky


def fetch(server: Flaky, place: Path, name: str = "cat", tries: int = 8) -> tuple[bool, list[tuple[int, int]]]:
    """Whether it was fetched afresh, and the progress that was told."""
    told: list[tuple[int, int]] = []
    with closing(Fetcher(tries=tries, first_wait=0.01)) as fetcher:
        return fetcher.fetch(f"{server.url}/{name}", place, lambda there, size: told.append((there, size))), told


def parts(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part"))


@pytest.mark.parametrize(
    "faults",
    [
        [],
        ["busy"],
        ["drop"],
        ["short"],
        ["drop", "drop", "busy", "drop", "short"],
        ["drop", "whole"],
        ["drop", "elsewhere"],
        ["new"],
        ["drop", "new", "short", "whole"],
    ],
)
def test_what_comes_at_last_is_the_file(server: Flaky, tmp_path: Path, faults: list[str]) -> None:
    """Whatever goes wrong on the way, the file is whole, under its name, and nothing else is left."""
    server.faults, server.head_faults = faults, ["busy"] if faults else []
    fresh, told = fetch(server, tmp_path / "cat")
    assert fresh
    assert (tmp_path / "cat").read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [tmp_path / "cat"]
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_it_goes_on_where_it_stopped(server: Flaky, tmp_path: Path) -> None:
    """After a drop, and in a later run too, only what is lacking is asked for; until then nothing has the name."""
    server.faults = ["drop"]
    with pytest.raises(DownloadError, match=r"/cat: .*goes on from here"):
        fetch(server, tmp_path / "cat", tries=1)
    (part,) = parts(tmp_path)
    assert not (tmp_path / "cat").exists()
    there = part.stat().st_size
    assert len(CONTENT) // 2 - CHUNK < there <= len(CONTENT) // 2
    _, told = fetch(server, tmp_path / "cat")
    assert server.asked[-1] == ("GET", "/cat", f"bytes={there}-")
    assert told[0] == (there, len(CONTENT))
    assert all(a <= b for (a, _), (b, _) in pairwise(told))
    assert (tmp_path / "cat").read_bytes() == CONTENT


def test_the_beginning_of_another_version_is_thrown_away(server: Flaky, tmp_path: Path) -> None:
    """When the file has changed on the server between two runs, no byte of the old one is in the new one."""
    server.faults = ["drop"]
    with pytest.raises(DownloadError):
        fetch(server, tmp_path / "cat", tries=1)
    server.files["/cat"], server.tag = CONTENT[::-1], '"2"'
    fetch(server, tmp_path / "cat")
    assert server.asked[-1] == ("GET", "/cat", None)
    assert (tmp_path / "cat").read_bytes() == CONTENT[::-1]
    assert parts(tmp_path) == []


def test_what_is_there_is_not_fetched_again(server: Flaky, tmp_path: Path) -> None:
    """A file of the right size is left alone; one of another size is replaced."""
    (tmp_path / "cat").write_bytes(CONTENT)
    assert fetch(server, tmp_path / "cat") == (False, [(len(CONTENT), len(CONTENT))])
    assert [method for method, *_ in server.asked] == ["HEAD"]
    (tmp_path / "cat").write_bytes(CONTENT[:-1])
    assert fetch(server, tmp_path / "cat")[0]
    assert (tmp_path / "cat").read_bytes() == CONTENT


def test_a_whole_part_is_only_put_in_place(server: Flaky, tmp_path: Path) -> None:
    """A run that was killed just before the end has nothing to ask for; a part that is too long is thrown away."""
    server.faults = ["drop"]
    with pytest.raises(DownloadError):
        fetch(server, tmp_path / "cat", tries=1)
    (part,) = parts(tmp_path)
    part.write_bytes(CONTENT)
    fetch(server, tmp_path / "cat")
    assert server.asked[-1][0] == "HEAD"
    (tmp_path / "cat").unlink()
    part.write_bytes(CONTENT + b"more")
    fetch(server, tmp_path / "cat")
    assert (tmp_path / "cat").read_bytes() == CONTENT


def test_an_empty_file(server: Flaky, tmp_path: Path) -> None:
    """Nothing is a size too."""
    assert fetch(server, tmp_path / "empty", "empty")[0]
    assert (tmp_path / "empty").read_bytes() == b""


def test_what_is_not_there_is_not_tried_again(server: Flaky, tmp_path: Path) -> None:
    """404 is an answer."""
    with pytest.raises(DownloadError, match="/gone: the server says 404"):
        fetch(server, tmp_path / "gone", "gone")
    assert len(server.asked) == 1
    assert list(tmp_path.iterdir()) == []


def test_tries_end(server: Flaky, tmp_path: Path) -> None:
    """A server that stays busy, or is not there, is given up after as many tries as were allowed."""
    server.faults = ["busy"] * 10
    with pytest.raises(DownloadError, match="the server says 503"):
        fetch(server, tmp_path / "cat", tries=3)
    assert [method for method, *_ in server.asked] == ["HEAD", "GET"] * 3
    server.url = "http://127.0.0.1:1"
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:1/cat"):
        fetch(server, tmp_path / "cat", tries=2)


def test_the_servers_wish_to_wait_is_granted(server: Flaky, tmp_path: Path) -> None:
    """Retry-After counts where it is longer than our own wait."""
    server.faults = ["later"]
    began = time.monotonic()
    fetch(server, tmp_path / "cat")
    assert time.monotonic() - began > 0.9


def test_a_server_that_names_no_size_is_refused(server: Flaky, tmp_path: Path) -> None:
    """Without it nothing could be checked."""
    server.head_faults = ["unsized"]
    with pytest.raises(DownloadError, match="how large"):
        fetch(server, tmp_path / "cat")


def test_a_folder_that_cannot_be_written_is_named(server: Flaky, tmp_path: Path) -> None:
    """The disk's error, with the file that it kept from its place."""
    with pytest.raises(DownloadError, match="cat cannot be written"):
        fetch(server, tmp_path / "no" / "cat")


def test_a_full_disk_keeps_what_came(server: Flaky, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file and the reason; when there is room again, the rest is fetched."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DownloadError, match="cat cannot be written: No space left on device"):
            fetch(server, tmp_path / "cat")
    assert not (tmp_path / "cat").exists()
    assert len(parts(tmp_path)) == 1
    fetch(server, tmp_path / "cat")
    assert (tmp_path / "cat").read_bytes() == CONTENT
    assert parts(tmp_path) == []


def test_stop_ends_it_soon_and_keeps_what_came(server: Flaky, tmp_path: Path) -> None:
    """Set while bytes come, or while it waits to try again."""
    with closing(Fetcher(first_wait=60)) as fetcher:

        def stop_at_first_bytes(there: int, _: int) -> None:
            if there:
                fetcher.stop.set()

        with pytest.raises(DownloadError, match="stopped"):
            fetcher.fetch(f"{server.url}/cat", tmp_path / "cat", stop_at_first_bytes)
        assert parts(tmp_path)[0].stat().st_size > 0
        fetcher.stop.clear()
        server.faults = ["busy"]
        errors: list[Exception] = []
        waiting = Thread(target=lambda: errors.append(_error(fetcher, server, tmp_path)))
        waiting.start()
        while len(server.asked) < 4:
            time.sleep(0.01)
        fetcher.stop.set()
        waiting.join(30)
        assert not waiting.is_alive()
        assert "stopped" in str(errors[0])


def _error(fetcher: Fetcher, server: Flaky, folder: Path) -> Exception:
    with pytest.raises(DownloadError) as caught:
        fetcher.fetch(f"{server.url}/cat", folder / "cat", lambda *_: None)
    return caught.value


def test_the_environment_names_the_proxy(server: Flaky, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is asked for any host, with its name and password; NO_PROXY goes past it; the password is not told."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    server.files = {"http://drawings.test/cat": CONTENT, "/cat": CONTENT}
    monkeypatch.setenv("HTTP_PROXY", server.url.replace("http://", "http://me:secret@"))
    with closing(Fetcher(tries=1)) as fetcher:
        assert fetcher.fetch("http://drawings.test/cat", tmp_path / "cat", lambda *_: None)
        assert {path for _, path, _ in server.asked} == {"http://drawings.test/cat"}
        assert server.proxy_users == {"me:secret"}
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert fetcher.fetch(f"{server.url}/cat", tmp_path / "direct", lambda *_: None)
        assert server.asked[-1][1] == "/cat"
        monkeypatch.setenv("HTTP_PROXY", "socks9://me:secret@127.0.0.1:1")
        with pytest.raises(DownloadError, match=r"socks9://127\.0\.0\.1:1 cannot be used") as raised:
            fetcher.fetch("http://drawings.test/dog", tmp_path / "dog", lambda *_: None)
        assert "secret" not in str(raised.value)
