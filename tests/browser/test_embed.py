"""docs/embed.md, on a page of another origin."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.real import Real, real

DOCS = Path(__file__).parents[2] / "docs" / "embed.md"
PICTURE, LIVE = re.findall(r"^```html\n(.*?)^```", DOCS.read_text(), re.M | re.S)


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
    """A page of that origin with this in it."""
    text = html.replace("localhost:8000", running.host)
    (folder / "page.html").write_text(f"<!doctype html><title>Mine</title>\n{text}")
    page = browser.new_page()
    page.goto(f"{origin}/page.html")
    return page


def test_a_picture_needs_no_setting(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The image is there, drawn."""
    page = visit(browser, PICTURE, site, origin, tmp_path)
    assert page.locator("img").evaluate("async image => (await image.decode(), image.naturalHeight)") > 0
    page.close()


def test_ten_lines_draw_live(browser: Browser, drawn_by: Path, origin: str, tmp_path: Path) -> None:
    """With the setting that the page names, it is drawn stroke by stroke."""
    assert len(LIVE.splitlines()) <= 12
    with real(drawn_by, origins=(origin,)) as running:
        page = visit(browser, LIVE, running, origin, tmp_path)
        expect(page.locator("#drawing path")).to_have_attribute("d", re.compile(r"^M0 0[LM]-?\d"))
        page.close()


def test_without_the_setting_it_is_refused(browser: Browser, site: Real, origin: str, tmp_path: Path) -> None:
    """The script of an origin that was not named reads nothing."""
    page = visit(browser, LIVE, site, origin, tmp_path)
    page.wait_for_timeout(700)
    assert page.locator("#drawing path").count() == 0
    page.close()
