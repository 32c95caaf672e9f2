"""What a page of another origin may do, in Chromium: as docs/security.md says, by default and with API keys."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.app.real import Real, real
from tests.browser.conftest import PATIENCE

KEY = "k" * 20
TRY = """async ([host, key]) => {
  const url = `http://${host}`, headers = key ? { "X-API-Key": key } : {};
  const tried = (work) => work().catch(() => "refused");
  const promise = (begin) => new Promise((resolve, reject) => begin(resolve, () => reject(new Error())));
  const shown = (src, crossOrigin) => promise((resolve, reject) => {
    const image = Object.assign(new Image(), { crossOrigin, onerror: reject, src });
    image.onload = () => resolve(image);
  });
  const read = async () => {
    const answer = await fetch(`${url}/draw/penguin.json?seed=ada`, { headers });
    const { seed_text } = await answer.json();
    return [answer.status, seed_text, answer.headers.get("x-inkstream-seed") !== null, answer.headers.has("link")];
  };
  const picture = async () => {
    const src = `${url}/draw/penguin.png?seed=7`;
    await shown(src, null);  // without CORS, and so into the cache
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").drawImage(await shown(src, "anonymous"), 0, 0);
    return canvas.toDataURL().slice(0, 14);
  };
  const events = () => promise((resolve, reject) => {
    const source = new EventSource(`${url}/draw/penguin/stream?seed=7`);
    source.onerror = () => (source.close(), reject());
    source.addEventListener("end", ({ data }) => (source.close(), resolve(JSON.parse(data).type)));
  });
  const socket = () => promise((resolve, reject) => {
    const names = key ? ["inkstream", `inkstream.key.${key}`] : [];
    const socket = new WebSocket(`ws://${host}/ws/draw/penguin?seed=7`, names);
    socket.onerror = reject;
    socket.onmessage = ({ data }) => (socket.close(), resolve(JSON.parse(data).type));
  });
  const post = async () => {
    const body = JSON.stringify({ strokes: [[[0, 0], [40, -60], [80, 0]]] });
    const type = { "Content-Type": "application/json" };
    return (await fetch(`${url}/complete/penguin`, { method: "POST", headers: { ...headers, ...type }, body })).status;
  };
  return Object.fromEntries(await Promise.all(
    Object.entries({ read, picture, events, socket, post }).map(async ([name, work]) => [name, await tried(work)])));
}"""
READ = [200, "ada", True, True]


class Blank(http.server.BaseHTTPRequestHandler):
    """Serves an empty page, and says nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the base class's name


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the other pages are: to a browser one origin by address, and another by name."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def tried(browser: Browser, origin: str, running: Real, key: str = "") -> dict[str, Any]:
    """What became of each way to a drawing, on a page of that origin."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(origin)
    found: dict[str, Any] = page.evaluate(TRY, [running.host, key])
    page.close()
    return found


def test_any_page_reads_drawings(browser: Browser, site: Real, port: int) -> None:
    """By fetch, as a picture whose pixels it may read, and live as events; a WebSocket and the rest are refused."""
    found = tried(browser, f"http://127.0.0.1:{port}", site)
    picture = {"read": READ, "picture": "data:image/png", "events": "end"}
    assert found == {**picture, "socket": "refused", "post": "refused"}


def test_with_keys_named_origins_do_what_keys_allow(browser: Browser, drawn_by: Path, port: int) -> None:
    """A page that INKSTREAM_ORIGINS names brings a key where it can; one that it does not name is refused all."""
    named = f"http://127.0.0.1:{port}"
    with real(drawn_by, origins=(named,), api_keys=f"ann:{KEY}") as keyed:
        assert tried(browser, named, keyed, KEY) == {
            "read": READ,
            "picture": "refused",
            "events": "refused",
            "socket": "start",
            "post": 200,
        }
        refused = tried(browser, f"http://localhost:{port}", keyed, KEY)
    assert set(refused.values()) == {"refused"}
