"""Walks through the states of the page, each of which is said once it is on the screen."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.browser.sketchbook import draw_circle, finished

Walk = Callable[[Page, str], Iterator[str]]  # a page and the address of a service; names of states


def watch(page: Page, home: str) -> Iterator[str]:
    """A drawing that was watched, then what the machine believed, then how it works."""
    page.goto(f"{home}?mode=watch&category=eiffeltower&seed=3&temp_xy=0.9")
    finished(page)
    yield "watch"
    page.locator("#belief").check()
    finished(page)
    yield "belief"
    page.locator("#how").click()
    expect(page.locator("#data li").first).to_be_visible()
    yield "panel"


def together(page: Page, home: str) -> Iterator[str]:
    """A drawing of two hands, then nine endings."""
    page.goto(f"{home}?mode=together&category=eiffeltower&seed=3&temp_xy=0.9")
    draw_circle(page)
    expect(page.locator("#nine")).to_be_enabled()
    yield "together"
    page.locator("#nine").click()
    expect(page.locator("#endings button")).to_have_count(9)
    yield "nine"


def sheet(page: Page, home: str) -> Iterator[str]:
    """The wall, then the matrix."""
    page.goto(f"{home}?mode=sheet&category=eiffeltower&seed=3&temp_xy=0.9")
    expect(page.locator(".cell").nth(20)).to_be_attached()
    yield "sheet"
    page.locator("#matrix").click()
    expect(page.locator("td .cell")).to_have_count(25)
    yield "matrix"


def away(page: Page, home: str) -> Iterator[str]:
    """The server is away."""
    with page.route("**/categories", lambda route: route.abort()):
        page.goto(home)
        expect(page.locator("#notice")).to_be_visible()
        yield "away"


def guess(page: Page, home: str) -> Iterator[str]:
    """Guesses of what a person draws."""
    page.goto(home)
    draw_circle(page)
    expect(page.locator("#guesses button").first).to_be_visible()
    yield "guess"


def picker(page: Page, home: str) -> Iterator[str]:
    """A favourite among hundreds of categories; on a phone all of them, at a press; what a search found."""
    page.goto(f"{home}?category=cat&seed=3")
    finished(page)
    page.locator("#favourite").click()
    expect(page.locator("#categories img[src]:visible").first).to_be_visible()
    yield "gallery"
    if page.locator("#browse").is_visible():
        page.locator("#browse").click()
        expect(page.locator("#group")).to_be_visible()
        yield "browse"
        page.keyboard.press("Escape")
    page.locator("#search").fill("plain")
    expect(page.locator("#found")).to_contain_text("plain: airplane")
    expect(page.locator("#categories img[src]:visible").first).to_be_visible()
    yield "found"


def alike(page: Page, home: str) -> Iterator[str]:
    """Nine alike."""
    page.goto(f"{home}?mode=alike&category=cat&like=7&seed=3")
    expect(page.locator("#likenesses a")).to_have_count(9)
    yield "alike"


def between(page: Page, home: str) -> Iterator[str]:
    """On the way from one drawing to another."""
    page.goto(f"{home}?mode=between&category=cat&from=7&into=penguin&to=8&seed=3&at=0.3")
    expect(page.locator("#play")).to_be_enabled()
    yield "between"


SMALL: tuple[Walk, ...] = (watch, together, sheet, away)
SIGHTED: tuple[Walk, ...] = (guess,)  # by a service that recognises drawings
MANY: tuple[Walk, ...] = (picker, alike, between)  # among hundreds of categories
