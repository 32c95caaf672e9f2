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
from tests.browser.conftest import PATIENCE
from tests.browser.ink import INK

DOCS = (Path(__file__).parents[2] / "docs" / "embed.md").read_text()
PICTURE, *DRAWN = re.findall(r"^```html\n(.*?)^```", DOCS, re.M | re.S)
[BY_SOCKET] = [snippet for snippet in DRAWN if "new WebSocket" in snippet]
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


def visit(browser: Browser, html: str, running: Real, origin: str, folder: Path) -> Page:
    """A page of that origin with this in it; where it names no seed it is 7: some drawings have no ink at all."""
    seeded = html.replace("penguin.json", "penguin.json?seed=7").replace("?pace=60", "?pace=60&seed=7")
    seeded = re.sub(r"(<inkstream-drawing (?!.*seed)[^>]*)>", r'\1 seed="7">', seeded)
    text = seeded.replace("localhost:8000", running.host)
    (folder / "page.html").write_text(f"<!doctype html><title>Mine</title>\n{text}")
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(INK)
    page.goto(f"{origin}/page.html")
    return page


def test_a_picture_needs_no_setting(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The image is there, drawn."""
    page = visit(browser, PICTURE, site, origin, tmp_path)
    assert page.locator("img").evaluate("async image => (await image.decode(), image.naturalHeight)") > 0
    page.close()


def test_every_snippet_draws(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """Each but that with a WebSocket draws something on any page, all of it inside."""
    drawn = [snippet for snippet in DRAWN if snippet != BY_SOCKET]
    assert len(drawn) > 3
    for snippet in drawn:
        page = visit(browser, snippet, site, origin, tmp_path)
        page.wait_for_function("() => ink().length === 1 && ink()[0].found")
        assert page.evaluate("ink()[0].inside"), snippet
        page.close()


def test_the_element_takes_two_lines(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The first snippet is all that it takes; that with the event is told of the end."""
    element, _, told, *_ = DRAWN
    assert len(element.splitlines()) == 2
    page = visit(browser, told, site, origin, tmp_path)
    expect(page.locator("output")).to_have_text(re.compile(r"penguin, seed \d+: \d+ points"))
    page.close()


def test_keys_are_said_to_be_the_reason(browser: Browser, drawn_by: Path, origin: str, tmp_path: Path) -> None:
    """On a service with API keys the element shows its text, and the console names the setting."""
    with real(drawn_by, api_keys=f"ann:{'k' * 20}") as keyed:
        page = visit(browser, "", keyed, origin, tmp_path)
        with page.expect_console_message(lambda message: "INKSTREAM_ORIGINS" in message.text):
            page.set_content(DRAWN[0].replace("localhost:8000", keyed.host))
        expect(page.get_by_role("img", name="penguin")).to_be_visible()
        page.close()


def test_react_is_told_what_is_there() -> None:
    """What the snippet for React names, the element knows; that it draws there was tried by hand."""
    script = (STATIC / EMBED).read_text()
    [element] = re.findall(r"<inkstream-drawing (.*?)/>", REACT)
    attributes = re.findall(r"([\w-]+)=\{", element)
    [known] = re.findall(r'observedAttributes =\s+"(.*?)"', script)
    assert {name for name in attributes if not name.startswith("on")} <= set(known.split())
    assert all(f'"{name[2:]}"' in script for name in attributes if name.startswith("on"))


def test_a_websocket_needs_the_setting(
    browser: Browser, site: Real, drawn_by: Path, origin: str, tmp_path: Path
) -> None:
    """The script of a named origin draws point by point, inside; that of another reads nothing."""
    with real(drawn_by, origins=(origin,)) as naming:
        page = visit(browser, BY_SOCKET, naming, origin, tmp_path)
        page.wait_for_function("() => ink()[0].found")
        assert page.evaluate("ink()[0].inside")
        page.close()
    page = visit(browser, BY_SOCKET, site, origin, tmp_path)
    page.wait_for_timeout(500)
    assert not page.evaluate("ink()[0].found")
    page.close()
