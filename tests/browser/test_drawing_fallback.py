"""`<inkstream-drawing>` where nothing is drawn live: the picture, or its text, and a reason."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.element import LIVE, STREAM, showing, told


@pytest.mark.parametrize("status", [401, 503])
def test_where_it_is_refused_the_picture_is_shown(context: BrowserContext, status: int) -> None:
    """In the colour of the text; the console says why; the event has no points."""
    context.route(STREAM, lambda route: route.fulfill(status=status, body="{}"))
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    with showing(context, f'<div style="color: rgb(0, 128, 0)">{LIVE}</div>') as page:
        assert told(page) == {"seed": "7", "category": "penguin", "points": None}
        image = page.get_by_role("img", name="penguin")
        assert image.evaluate("(image) => image.naturalWidth") > 0
        assert "color=rgb%280%2C+128%2C+0%29" in str(image.get_attribute("src"))
    assert any("Inkstream does not draw live" in line and str(status) in line for line in said)


def test_what_cannot_be_had_is_named(context: BrowserContext) -> None:
    """A category that nobody draws is asked for once, and its text stands there."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    with showing(context, LIVE.replace("penguin", "pengiun")) as page:
        expect(page.get_by_role("img", name="pengiun")).to_be_visible()
        page.wait_for_timeout(1600)  # the next attempt would be made after one and a half seconds
        assert page.evaluate("told") == []
    assert len([url for url in asked if "/stream" in url]) <= 2  # the second only asks why
    assert any("Inkstream does not draw live" in line and "404" in line for line in said)


def test_little_motion_is_a_picture(context: BrowserContext) -> None:
    """A person who asks for less motion gets the drawing at once, as does a page without `animate`."""
    with showing(context, LIVE.replace("animate", "")) as page:
        assert told(page)["points"] is None
        page.emulate_media(reduced_motion="reduce")
        page.locator("inkstream-drawing").evaluate("(element) => element.setAttribute('animate', '')")
        page.wait_for_function("told.length > 1")
        assert page.evaluate("told[1].points") is None
        assert page.locator("inkstream-drawing img").count() == 1


def test_a_picture_has_what_css_means(context: BrowserContext) -> None:
    """Colours that only the page knows, and widths that make no sense, are the same as where it is drawn live."""
    mine = LIVE.replace("animate", 'color="var(--mine)" stroke-width="wide"')
    with showing(context, f"<style>:root {{ --mine: rgb(0 128 0) }}</style>{mine}") as page:
        assert told(page)["points"] is None
        address = str(page.locator("inkstream-drawing img").get_attribute("src"))
        assert parse_qs(urlsplit(address).query) == {"seed": ["7"], "color": ["rgb(0, 128, 0)"], "stroke_width": ["3"]}
