"""docs/embed.md, on a page of another origin."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.routes.page import EMBED, STATIC
from tests.app.real import Real, real
from tests.browser.ink import INK

DOCS = (Path(__file__).parents[2] / "docs" / "embed.md").read_text()
PICTURE, *DRAWN = re.findall(r"^```html\n(.*?)^```", DOCS, re.M | re.S)
[REACT] = re.findall(r"^```jsx\n(.*?)^```", DOCS, re.M | re.S)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing."""

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the base class's name


@pytest.fixture
def origin(tmp_path: Path) -> Iterator[str]:
    """Where the other page is: the files of `tmp_path`."""
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def open_site(drawn_by: Path) -> Iterator[Real]:
    """A service that lets the pages of every origin draw."""
    with real(drawn_by, origins=("*",)) as running:
        yield running


def visit(browser: Browser, html: str, running: Real, origin: str, folder: Path) -> Page:
    """A page of that origin with this in it."""
    text = html.replace("localhost:8000", running.host)
    (folder / "page.html").write_text(f"<!doctype html><title>Mine</title>\n{text}")
    page = browser.new_page()
    page.add_init_script(INK)
    page.goto(f"{origin}/page.html")
    return page


def test_a_picture_needs_no_setting(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The image is there, drawn."""
    page = visit(browser, PICTURE, site, origin, tmp_path)
    assert page.locator("img").evaluate("async image => (await image.decode(), image.naturalHeight)") > 0
    page.close()


def test_every_snippet_draws(browser: Browser, open_site: Real, origin: str, tmp_path: Path) -> None:
    """Where the service lets it, each draws something, all of it inside."""
    assert len(DRAWN) > 3
    for snippet in DRAWN:
        page = visit(browser, snippet, open_site, origin, tmp_path)
        page.wait_for_function("() => ink().length === 1 && ink()[0].found")
        assert page.evaluate("ink()[0].inside"), snippet
        page.close()


def test_the_element_takes_two_lines(browser: Browser, open_site: Real, origin: str, tmp_path: Path) -> None:
    """The first snippet is all that it takes; that with the event is told of the end."""
    element, _, told, *_ = DRAWN
    assert len(element.splitlines()) == 2
    page = visit(browser, told, open_site, origin, tmp_path)
    expect(page.locator("output")).to_have_text(re.compile(r"penguin, seed \d+: \d+ points"))
    page.close()


def test_react_is_told_what_is_there() -> None:
    """What the snippet for React names, the element knows; that it draws there was tried by hand."""
    script = (STATIC / EMBED).read_text()
    [element] = re.findall(r"<inkstream-drawing (.*?)/>", REACT)
    attributes = re.findall(r"([\w-]+)=\{", element)
    [known] = re.findall(r'observedAttributes =\s+"(.*?)"', script)
    assert {name for name in attributes if not name.startswith("on")} <= set(known.split())
    assert all(f'"{name[2:]}"' in script for name in attributes if name.startswith("on"))


def test_without_the_setting_no_websocket_opens(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The script of an origin that was not named reads nothing live by the WebSocket."""
    [by_hand] = [snippet for snippet in DRAWN if "new WebSocket" in snippet]
    page = visit(browser, by_hand, site, origin, tmp_path)
    page.wait_for_timeout(500)
    assert not page.evaluate("ink()[0].found")
    page.close()
