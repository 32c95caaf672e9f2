"""Live drawings that do not come through: the page says what to do."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import SHUT_WR, create_connection, socket

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.app.real import Real
from tests.browser.conftest import PATIENCE

PIECE = 65536


@contextmanager
def proxy(site: Real, changes: dict[bytes, bytes]) -> Iterator[str]:
    """The address of a proxy before a service, which changes what is asked; `{host}` in a change is its own."""

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            host, port = site.host.split(":")
            with create_connection((host, int(port))) as service:
                threading.Thread(target=pour, args=(service, self.request, {}), daemon=True).start()
                own = {old.replace(b"{host}", address.encode()): new for old, new in changes.items()}
                pour(self.request, service, own)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay) as server:
        server.daemon_threads = True
        address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def pour(source: socket, sink: socket, changes: dict[bytes, bytes]) -> None:
    """What comes of one connection into the other, until it ends."""
    try:
        while data := source.recv(PIECE):
            for old, new in changes.items():
                data = data.replace(old, new)
            sink.sendall(data)
        sink.shutdown(SHUT_WR)
    except OSError:
        pass


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({b"Host: {host}": b"Host: inner"}, "INKSTREAM_ORIGINS names those that may"),
        ({b"Upgrade: websocket\r\n": b""}, "a proxy on the way has to pass them on"),
    ],
)
def test_what_a_proxy_does_to_live_drawings_is_said(
    browser: Browser, site: Real, changes: dict[bytes, bytes], advice: str
) -> None:
    """One that changes Host, so that the service takes the page for a stranger's, and one that knows no WebSockets."""
    with proxy(site, changes) as address:
        page = browser.new_page(base_url=f"http://{address}/")
        page.set_default_timeout(PATIENCE)
        page.goto("?category=cat&seed=3")
        expect(page.locator("#notice")).to_contain_text(advice)
        page.close()


def test_a_handshake_that_nobody_answers_is_said(context: BrowserContext) -> None:
    """Some firewalls swallow what they do not know; a browser waits minutes for it, and the paper stays empty."""
    [page] = context.pages
    page.clock.install()
    page.add_init_script(
        "WebSocket = class { static OPEN = 1; readyState = 0;"
        " close() { this.readyState = 3; queueMicrotask(() => this.onclose({ code: 1006 })); } };"
    )
    page.goto("?category=cat&seed=3")
    expect(page.locator("main")).not_to_have_attribute("inert", "")
    page.clock.run_for(10_000)
    expect(page.locator("#notice")).to_contain_text("a proxy on the way has to pass them on")
