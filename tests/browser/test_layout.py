"""How it looks: nothing lies on anything else, and everyone can use it."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.app.real import Real
from tests.browser.conftest import AT_ONCE, DESK, PATIENCE, PHONE
from tests.browser.sketchbook import draw_circle, finished, paper

MODES = ["watch", "belief", "together", "guess", "nine", "sheet", "matrix", "panel", "away"]
AXE = {"resultTypes": ["violations"]}  # of what is well only an example is noted
AMONG_MANY = ["gallery", "browse", "found", "alike", "between"]  # of a service with hundreds of categories
PARTS = (
    ".wordmark, .modes a, #how, #search, #surprise, #browse, #group, #found, #categories li, .caption, "
    ".paper, .guesses button, #guess, .tools button, .cell, th, legend, #recommended, .dial, input[type=range], "
    ".choices, .switch, .odds div, .take button, .leaf, .end .quiet"
)


def bring(page: Page, mode: str, site: Real) -> None:
    """One state of the page."""
    home = f"http://{site.host}/"
    if mode in AMONG_MANY:
        bring_many(page, mode, home)
        return
    if mode == "away":
        page.route("**/categories", lambda route: route.abort())
        page.goto(home)
        expect(page.locator("#notice")).to_be_visible()
        return
    if mode == "guess":
        page.goto(home)
        draw_circle(page)
        expect(page.locator("#guesses button").first).to_be_visible()
        return
    address = {"nine": "together", "matrix": "sheet&matrix=true", "together": "together", "sheet": "sheet"}
    page.goto(f"{home}?mode={address.get(mode, 'watch')}&category=eiffeltower&seed=3&temp_xy=0.9")
    if mode in ("watch", "belief", "panel"):
        finished(page)
    if mode == "belief":
        page.locator("#belief").check()
        finished(page)
    if mode in ("together", "nine"):
        draw_circle(page)
        expect(page.locator("#nine")).to_be_enabled()
    if mode == "nine":
        page.locator("#nine").click()
        expect(page.locator("#endings button")).to_have_count(9)
    if mode in ("sheet", "matrix"):
        expect(page.locator(".cell").nth(20)).to_be_attached()
    if mode == "panel":
        page.locator("#how").click()
        expect(page.locator("#data li").first).to_be_visible()


def bring_many(page: Page, mode: str, home: str) -> None:
    """The same, among many categories."""
    if mode == "alike":
        page.goto(f"{home}?mode=alike&category=cat&like=7&seed=3")
        expect(page.locator("#likenesses a")).to_have_count(9)
        return
    if mode == "between":
        page.goto(f"{home}?mode=between&category=cat&from=7&into=penguin&to=8&seed=3&at=0.3")
        expect(page.locator("#play")).to_be_enabled()
        return
    page.goto(f"{home}?category=cat&seed=3")
    finished(page)
    page.locator("#favourite").click()
    if mode == "browse" and page.locator("#browse").is_visible():
        page.locator("#browse").click()
    if mode == "found":
        page.locator("#search").fill("plain")
        expect(page.locator("#found")).to_contain_text("plain: airplane")
    expect(page.locator("#categories img[src]:visible").first).to_be_visible()


BOXES = """selector => [...document.querySelectorAll(selector)].filter(part => (
  part.checkVisibility({ visibilityProperty: true }) && !part.closest("[inert]")
)).map(part => {
  const box = part.getBoundingClientRect();
  let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
  for (let around = part.parentElement; around !== document.body; around = around.parentElement) {
    if (getComputedStyle(around).overflow === "visible") continue;
    const clip = around.getBoundingClientRect();
    [left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)];
    [right, bottom] = [Math.min(right, clip.right), Math.min(bottom, clip.bottom)];
  }
  return { name: part.id || part.textContent.trim().slice(0, 30), left, top, right, bottom };
}).filter(({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1)"""

Box = dict[str, Any]


SIDEWAYS = """() => [...document.querySelectorAll("*:not(#categories)")].filter(part => (
    part.scrollWidth > part.clientWidth && ["auto", "scroll"].includes(getComputedStyle(part).overflowX)
)).map(part => part.outerHTML.slice(0, 120))"""


def overlap(one: Box, other: Box) -> bool:
    """Whether boxes share more than a rounded edge."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    return bool(across > 1 and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1)


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=["desk", "phone"])
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A desk in the light, then a phone in the dark: one page each, for a new one takes as long as what is tried."""
    width, height = request.param
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if request.param == PHONE else "light"
    )
    page.set_default_timeout(PATIENCE)
    page.add_init_script(AT_ONCE)
    page.add_init_script("localStorage.clear()")  # as if nobody had been there
    yield page
    page.close()


@pytest.mark.parametrize("mode", [*MODES, *AMONG_MANY])
def test_nothing_overlaps_and_everyone_can_use_it(
    screen: Page, site: Real, sighted: Real, gallery: Real, mode: str
) -> None:
    """No two parts share a place, nothing is wider than the screen, axe finds nothing serious."""
    page = screen
    try:
        bring(page, mode, gallery if mode in AMONG_MANY else sighted if mode == "guess" else site)
        look_at(page)
    finally:
        page.unroute_all()


def look_at(page: Page) -> None:
    """Compare all parts of the page with each other and with the screen, and let axe try it."""
    size = page.viewport_size
    assert size is not None
    boxes: list[Box] = page.evaluate(BOXES, PARTS)
    assert len(boxes) > 10
    found = [(a["name"], b["name"]) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if overlap(a, b)]
    assert found == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(SIDEWAYS) == []  # on a phone categories are a strip
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in Axe().run(page, options=AXE).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_pushes_the_paper(browser: Browser, gallery: Real, size: tuple[int, int]) -> None:
    """It is in its place before the categories are, and stays there when they come, and while the page says something.

    What is said lies beside the paper, not on it.
    """
    page = browser.new_page(
        base_url=f"http://{gallery.host}/", viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE
    )
    page.set_default_timeout(PATIENCE)
    waiting: list[Route] = []
    page.route("**/categories", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.goto("?mode=together&temp_xy=hot", wait_until="domcontentloaded")
    page.wait_for_load_state("load")
    before = paper(page)
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.locator("#categories img[src]:visible").first).to_be_visible()
    notice = page.locator("#notice")
    expect(notice).to_have_text("“hot” (temp_xy) is no temperature from 0 to 10. The recommended one is used.")
    box = notice.bounding_box()
    assert box is not None
    assert paper(page) == before
    assert box["x"] + box["width"] <= before["x"] or box["y"] >= before["y"] + before["height"]
    page.locator(".wordmark").click()
    expect(notice).to_be_hidden()
    assert paper(page) == before
    page.close()


def test_the_keyboard_reaches_everything(page: Page) -> None:
    """Tab leads through the page; the first stop skips to the drawing."""
    page.goto("?category=cat&seed=3")
    finished(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {
        "Watch",
        "Draw together",
        "Sheet",
        "how",
        "search",
        "cat",
        "new",
        "replay",
        "temp_xy",
        "temp_p",
        "belief",
    } <= seen
    assert {"seed", "Copy picture", "Link", "PNG", "SVG", "GIF", "JSON", "curl"} <= seen
