import json
import socket
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from app.server.peers import LEAST, Peers
from app.server.server import Server
from tests.app.real import Real, real
from tests.app.tiny import PATIENCE, settings_for, until


def test_a_client_has_so_many_connections() -> None:
    """Others are not refused for it; one that closes makes room; nothing is left of a client that is gone."""
    peers = Peers(2, ["10.0.0.0/8"])
    ours = [peers.join(host) for host in ("2001:db8::1", "2001:db8::2")]
    assert ours == ["2001:db8::/64"] * 2
    assert peers.join("2001:db8::3") is None
    assert peers.join("192.0.2.1") == "192.0.2.1"
    assert [peers.join("10.1.2.3") for _ in range(5)] == [""] * 5, "clients of a proxy are not told apart here"
    peers.leave("2001:db8::/64")
    assert peers.join("2001:db8::3") == "2001:db8::/64"
    for client in ("2001:db8::/64", "2001:db8::/64", "192.0.2.1"):
        peers.leave(client)
    assert repr(peers) == "<Peers {}>"


def test_a_share_of_one_is_no_limit(checkpoints: Path) -> None:
    """The setting that turns limits of clients off turns this one off."""
    peers = Peers.of(settings_for(checkpoints, client_share=1, connections_limit=4), 4)
    assert [peers.join("192.0.2.1") for _ in range(100)] == [""] * 100


def peers_of(running: Real) -> str:
    """What is counted now."""
    server: Server = running.server
    return repr(server.config.http.keywords["peers"])  # type: ignore[union-attr] # what `Server` makes of it


def from_(stack: ExitStack, source: str, running: Real) -> socket.socket:
    host, port = running.host.split(":")
    try:
        return stack.enter_context(socket.create_connection((host, int(port)), source_address=(source, 0)))
    except OSError:
        pytest.skip(f"this machine is not {source}")


def test_one_address_cannot_take_all_connections(checkpoints: Path, long: int) -> None:
    """It is told 429 by a problem document; another address is answered; WebSockets have a limit of their own."""
    with real(checkpoints, connections_limit=4 * LEAST) as running, ExitStack() as stack:
        for _ in range(LEAST):
            from_(stack, "127.0.0.2", running)
        until(lambda: peers_of(running) == f"<Peers {{'127.0.0.2': {LEAST}}}>")
        head, _, body = from_(stack, "127.0.0.2", running).recv(4096).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 429 ")
        assert b"retry-after: 5" in head
        assert json.loads(body)["status"] == 429
        assert httpx2.get(f"http://{running.host}/healthz", timeout=PATIENCE).status_code == 200
        with connect(
            f"ws://{running.host}/ws/draw/cat?pace=1&seed={long}", proxy=None, source_address=("127.0.0.3", 0)
        ) as opened:
            assert json.loads(opened.recv())["type"] == "start"
            assert "127.0.0.3" not in peers_of(running)
        stack.close()
        until(lambda: peers_of(running) == "<Peers {}>")
