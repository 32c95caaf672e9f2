import asyncio
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from app.server.file_limit import BACKLOG, OWN, SHORT_BACKLOG, Room, raise_file_limit, room_for, too_few
from benchmarks.redis_server import free_port
from tests.app.test_main import ROOT

FILES, CLIENTS = 256, 400


@pytest.mark.parametrize(
    ("wanted", "files", "connections"),
    [
        (4096, None, 4096),
        (4096, 4096 + BACKLOG + OWN, 4096),
        (4096, 4096, 4096 - SHORT_BACKLOG - OWN),
        (100, 1024, 100),
        (4096, 20, 1),
    ],
)
def test_connections_fit_the_limit(wanted: int, files: int | None, connections: int) -> None:
    """So many that those that wait to be refused fit too; one at least."""
    room = room_for(wanted, files)
    assert room.connections == connections
    if files is not None and files > SHORT_BACKLOG + OWN:
        assert room.connections + room.backlog + OWN <= files


def test_a_person_is_told_what_to_do() -> None:
    """How many fit, how many were to, and which limit to raise."""
    text = too_few(Room(92), 4096)
    assert "92" in text
    assert "4096" in text
    assert "ulimit -n" in text


def test_the_limit_is_raised() -> None:
    """The soft limit is as high as the hard one then."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, before[1]), before[1]))
        files = raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before[1]
        assert files == (None if before[1] == resource.RLIM_INFINITY else before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def crowd(port: int) -> Counter[str]:
    """So many clients at once, each of which holds its connection; what they are answered."""

    async def ask() -> str:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            status = (await asyncio.wait_for(reader.readline(), 60)).split(b" ")[1].decode()
        except (OSError, IndexError) as error:
            return type(error).__name__
        await asyncio.sleep(1)
        writer.close()
        return status

    return Counter(await asyncio.gather(*(ask() for _ in range(CLIENTS))))


def test_a_low_limit_resets_nobody(checkpoints: Path) -> None:
    """With few files, more clients than fit are answered, or told that there are too many; the log says why."""
    port = free_port()
    variables = {"INKSTREAM_CHECKPOINTS": str(checkpoints), "PORT": str(port), "INKSTREAM_THREADS": "1"}
    command = f"ulimit -n {FILES}; exec {sys.executable} -m app"
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=ROOT,
        env=os.environ | variables,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        late = time.monotonic() + 60
        while time.monotonic() < late:
            try:
                httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=10, verify=False)
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        statuses = asyncio.run(crowd(port))
        started.terminate()
        _, log = started.communicate(timeout=30)
    assert set(statuses) <= {"200", "503"}, statuses
    assert statuses["200"] >= FILES - SHORT_BACKLOG - OWN - 1
    assert f"room for {FILES - SHORT_BACKLOG - OWN} connections" in log
    assert "Too many open files" not in log
    assert "Traceback" not in log
    assert started.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says how large the table of files is")
def test_the_table_of_files_is_large_before_anybody_comes() -> None:
    """It need not grow while a crowd connects, for which the event loop would wait; and no file is left open."""
    code = (
        "import os; from app.server.file_limit import make_table, raise_file_limit; most = raise_file_limit() or 4096;"
        "before = os.listdir('/proc/self/fd'); make_table(min(most, 4096));"
        "sizes = [int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('FDSize')];"
        "assert sizes[0] >= min(most, 4096), sizes;"
        "assert os.listdir('/proc/self/fd') == before; make_table(2**40)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
