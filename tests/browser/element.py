"""`<inkstream-drawing>`, the element of /embed.js, on a page of the service's own origin."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page

from tests.browser.ink import INK

LISTEN = """
  window.told = [];
  window.first = new Promise((ended, late) => {
    addEventListener("inkstream-done", ({ detail }) => ended(detail, told.push(detail)));
    setTimeout(late, 60000, new Error("no drawing ends"));
  });
"""
MODULE = '<script type="module" src="embed.js"></script>'
LIVE = '<inkstream-drawing category="penguin" seed="7" animate pace="1000"></inkstream-drawing>'
STREAM = re.compile(r"/draw/[^/]+/stream")
PICTURES = re.compile(r"/draw/[^/]+(\.svg)?\?")


@contextmanager
def showing(context: BrowserContext, html: str, script: str = MODULE, policy: str = "") -> Iterator[Page]:
    """A page that listens to the element, with this in it, under a content security policy."""
    [page] = context.pages
    page.emulate_media(reduced_motion="no-preference")
    page.add_init_script(INK + LISTEN)
    headers = {"Content-Type": "text/html", **({"Content-Security-Policy": policy} if policy else {})}
    page.route("**/mine.html", lambda route: route.fulfill(body=f"<!doctype html>{script}{html}", headers=headers))
    page.goto("mine.html")
    yield page


def told(page: Page) -> dict[str, object]:
    """What the first drawing that ended said of itself."""
    first: dict[str, object] = page.evaluate("first")
    return first


def lines(page: Page) -> list[str]:
    """The path data of what is drawn."""
    found: list[str] = page.locator("inkstream-drawing path").evaluate_all(
        "all => all.map((one) => one.getAttribute('d'))"
    )
    return found
