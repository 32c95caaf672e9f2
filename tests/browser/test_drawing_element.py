"""`<inkstream-drawing>`, the element of /embed.js, on a page of the service's own origin."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.app.real import Real
from tests.browser.conftest import visit
from tests.browser.ink import INK

LISTEN = "window.told = []; addEventListener('inkstream-done', ({ detail }) => told.push(detail));"
MODULE = '<script type="module" src="embed.js"></script>'
LIVE = '<inkstream-drawing category="penguin" seed="7" animate pace="1000"></inkstream-drawing>'
STREAM = re.compile(r"/draw/[^/]+/stream")
PICTURES = re.compile(r"/draw/[^/]+(\.svg)?\?")


@contextmanager
def showing(context: BrowserContext, html: str, script: str = MODULE) -> Iterator[Page]:
    """A page that listens to the element, with this in it."""
    page = context.new_page()
    page.add_init_script(INK + LISTEN)
    page.route(
        "**/mine.html", lambda route: route.fulfill(body=f"<!doctype html>{script}{html}", content_type="text/html")
    )
    page.goto("mine.html")
    yield page
    page.close()


def told(page: Page) -> dict[str, object]:
    """What the first drawing that ended said of itself."""
    page.wait_for_function("told.length > 0")
    first: dict[str, object] = page.evaluate("told[0]")
    return first


def lines(page: Page) -> list[str]:
    """The path data of what is drawn."""
    found: list[str] = page.locator("inkstream-drawing path").evaluate_all(
        "all => all.map((one) => one.getAttribute('d'))"
    )
    return found


@pytest.fixture(scope="module")
def whole(browser: Browser, site: Real) -> tuple[list[str], dict[str, object]]:
    """The drawing of `LIVE` as it is when nothing disturbs it, and what it says."""
    with visit(browser, site) as context, showing(context, LIVE) as page:
        said = told(page)
        return lines(page), said


def test_it_draws_all_points_inside(context: BrowserContext) -> None:
    """Its ink is within its view at every moment, it has a name, and tells what it drew."""
    watch = "<script>setInterval(() => { window.cropped ||= ink().some(({ inside }) => !inside); }, 5)</script>"
    with showing(context, LIVE.replace("1000", "100") + watch) as page:
        assert page.get_by_role("img", name="penguin").count() == 0
        said = told(page)
        expect(page.get_by_role("img", name="penguin")).to_be_visible()
        assert page.evaluate("ink()") == [{"found": True, "inside": True}]
        assert not page.evaluate("window.cropped")
        answer = page.evaluate("fetch('draw/penguin?seed=7&format=json').then((answer) => answer.json())")
        assert said == {"seed": "7", "category": "penguin", "points": answer["points"]}
        assert len(lines(page)) == len(answer["strokes"])


def test_a_classic_script_will_do(context: BrowserContext, whole: tuple[list[str], dict[str, object]]) -> None:
    """Without `type=module`, in the head, and loaded twice, it draws the same."""
    script = '<script src="embed.js"></script>'
    with showing(context, LIVE, script + script) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]


def test_a_stream_that_breaks_goes_on(context: BrowserContext, whole: tuple[list[str], dict[str, object]]) -> None:
    """It is one drawing, the very same, however often its stream broke."""
    tried: list[int] = []

    def cut(route: Route) -> None:
        text = route.fetch().text()
        events = text.split("\n\n")
        tried.append(len(events))
        kept = events[: 1 + len(tried)] if len(tried) < 3 else events
        route.fulfill(body="retry: 20\n\n" + "\n\n".join(kept) + "\n\n", content_type="text/event-stream")

    context.route(STREAM, cut)
    with showing(context, LIVE.replace("1000", "300")) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]
    assert len(tried) == 3


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


def test_after_the_service_was_away_it_draws(
    context: BrowserContext, whole: tuple[list[str], dict[str, object]]
) -> None:
    """Neither stream nor picture could be had at first."""
    left = [503, 503]  # of the stream, and of the question why

    def away(route: Route) -> None:
        if left:
            route.fulfill(status=left.pop(), body="{}")
        else:
            route.continue_()

    context.route(STREAM, away)
    context.route(PICTURES, lambda route: route.fulfill(status=503, body="{}"))
    with showing(context, LIVE) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]


def test_little_motion_is_a_picture(context: BrowserContext) -> None:
    """A person who asks for less motion gets the drawing at once, as does a page without `animate`."""
    with showing(context, LIVE.replace("animate", "")) as page:
        assert told(page)["points"] is None
        page.emulate_media(reduced_motion="reduce")
        page.locator("inkstream-drawing").evaluate("(element) => element.setAttribute('animate', '')")
        page.wait_for_function("told.length > 1")
        assert page.evaluate("told[1].points") is None
        assert page.locator("inkstream-drawing img").count() == 1


def test_a_changed_attribute_draws_anew(context: BrowserContext) -> None:
    """Another seed is another drawing, and nothing of the one before is left; removed, it draws no more."""
    with showing(context, LIVE) as page:
        told(page)
        first = lines(page)
        page.locator("inkstream-drawing").evaluate("(element) => element.setAttribute('seed', '8')")
        page.wait_for_function("told.length > 1")
        assert page.evaluate("told[1].seed") == "8"
        assert not set(lines(page)) & set(first)
        page.locator("inkstream-drawing").evaluate(
            "(element) => { element.seed = 0; element.setAttribute('seed', '9'); element.remove(); }"
        )
        page.wait_for_timeout(300)
        assert page.evaluate("told.length") == 2


def test_it_takes_the_room_that_it_is_given(context: BrowserContext) -> None:
    """A square as wide as its column; as wide as CSS says; with `aspect-ratio: auto` as high as its ink."""
    column = f'<div style="width: 200px">{LIVE}</div>'
    with showing(context, column) as page:
        told(page)
        box = page.locator("inkstream-drawing").bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (200, 200)
        page.add_style_tag(content="inkstream-drawing { width: 100px; aspect-ratio: auto }")
        box = page.locator("inkstream-drawing").bounding_box()
        assert box is not None
        view = page.locator("inkstream-drawing svg").evaluate(
            "(svg) => svg.viewBox.baseVal.height / svg.viewBox.baseVal.width"
        )
        assert box["height"] == pytest.approx(100 * view, abs=0.5)


def test_what_nobody_sees_waits(context: BrowserContext) -> None:
    """It begins when it is scrolled into view, so that nobody misses it."""
    with showing(context, f'<div style="height: 3000px"></div>{LIVE}') as page:
        page.wait_for_timeout(300)
        assert page.evaluate("told.length") == 0
        page.locator("inkstream-drawing").scroll_into_view_if_needed()
        told(page)
