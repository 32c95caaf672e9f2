"""How it looks: nothing lies on anything else, and everyone can use it."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.app.real import Real
from tests.browser.conftest import DESK, PATIENCE, PHONE
from tests.browser.sketchbook import finished, paper
from tests.browser.walks import MANY, SIGHTED, SMALL, Walk

AXE = {"resultTypes": ["violations"]}  # of what is well only an example is noted
# Hundreds of categories look alike: all that may be seen first, and the chosen one with its group, stand for them.
ALIKE = "#categories section:nth-child(n+6):not(:has([aria-current]))"
PARTS = (
    ".wordmark, .modes a, #how, #search, #surprise, #browse, #group, #found, #categories li, .caption, "
    ".paper, .guesses button, #guess, .tools button, .cell, th, legend, #recommended, .dial, input[type=range], "
    ".choices, .switch, .odds div, .take button, .leaf, .end .quiet"
)


BOXES = """selector => [...document.querySelectorAll(selector)].filter(part => (
  part.checkVisibility({ visibilityProperty: true }) && !part.closest("[inert]:not(main)")
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
        viewport={"width": width, "height": height},
        color_scheme="dark" if request.param == PHONE else "light",
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE)
    page.add_init_script("localStorage.clear()")  # as if nobody had been there
    yield page
    page.close()


@pytest.mark.parametrize("walk", [*SMALL, *SIGHTED, *MANY])
def test_nothing_overlaps_and_everyone_can_use_it(
    screen: Page, site: Real, sighted: Real, gallery: Real, walk: Walk
) -> None:
    """No two parts share a place, nothing is wider than the screen, axe finds nothing serious, in each state."""
    running = sighted if walk in SIGHTED else gallery if walk in MANY else site
    for state in walk(screen, f"http://{running.host}/"):
        look_at(screen, state)


def look_at(page: Page, state: str) -> None:
    """Compare all parts of the page with each other and with the screen, and let axe try it."""
    size = page.viewport_size
    assert size is not None
    boxes: list[Box] = page.evaluate(BOXES, PARTS)
    assert len(boxes) > 10, state
    found = [(a["name"], b["name"]) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if overlap(a, b)]
    assert found == [], state
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"], state
    assert page.evaluate(SIDEWAYS) == [], state  # on a phone categories are a strip
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in Axe().run(page, {"exclude": [ALIKE]}, AXE).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == [], state


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


def test_the_smallest_screens_show_what_counts(context: BrowserContext) -> None:
    """What one types, and, beside names that are long, how far a way is."""
    [page] = context.pages
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto("?mode=between&category=eiffeltower&into=eiffeltower&at=0.5")
    expect(page.locator("#subtitle")).to_have_text("no way was found")
    wide, room, text = page.evaluate("[search.clientWidth, subtitle.clientWidth, subtitle.scrollWidth]")
    assert (wide >= 96, text <= room, room > 0) == (True, True, True)


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
