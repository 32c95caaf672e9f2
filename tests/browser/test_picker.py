"""Looking for something to draw among hundreds of categories."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.app.real import Real
from tests.browser.conftest import DESK, GROUPS, PHONE, landed, visit
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import asked, draw_circle, finished, paths, paths_on

SEEN = "#categories section:visible li a, #categories > ul:visible li a"


@pytest.fixture
def many(profiles: Profiles, gallery: Real) -> Iterator[Page]:
    """A page on a desk, of a service with hundreds of categories."""
    with landed(profiles, gallery) as page:
        yield page


@pytest.fixture
def phone(profiles: Profiles, gallery: Real) -> Iterator[Page]:
    """The same on a phone."""
    with landed(profiles, gallery, PHONE) as page:
        yield page


def slugs(page: Page, title: str) -> list[str]:
    """What stands below a heading of the grid."""
    found: list[str] = page.evaluate(
        """title => [...document.querySelectorAll("#categories section")].filter(section => (
            section.checkVisibility() && section.querySelector("h3")?.textContent === title
        )).flatMap(section => [...section.querySelectorAll("a")].map(({ dataset }) => dataset.slug))""",
        title,
    )
    return found


def test_pictures_come_when_they_are_about_to_be_seen(many: Page) -> None:
    """Scrolled to the end, the last one is there; all that lies between was not asked for."""
    many.goto("?category=penguin&seed=1")
    finished(many)
    last = many.locator("#categories img").last
    assert last.get_attribute("src") is None
    many.locator("#categories").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(last).not_to_have_js_property("naturalWidth", 0)
    assert many.locator("#categories img[src]").count() < 120


def test_pictures_come_once_the_server_is_back(profiles: Profiles, gallery: Real) -> None:
    """However long it was away: more than a few attempts are made."""
    with visit(profiles, gallery) as context:
        [page] = context.pages
        page.clock.install()
        page.route("**/thumbnail?*", lambda route: route.abort())
        page.goto("?mode=together")
        first = page.locator("#categories img[src]").first
        for _ in range(5):
            with page.expect_event("requestfailed"):
                page.clock.run_for(60_000)
        page.unroute("**/thumbnail?*")
        page.clock.run_for(120_000)
        expect(first).not_to_have_js_property("naturalWidth", 0)


def test_other_names_are_found_at_once(many: Page) -> None:
    """An alias needs no answer of the service; what was found for it is said, and Enter draws it."""
    many.goto("?mode=watch")
    finished(many)
    many.route("**/categories?q=*", lambda _: None)  # never answered
    many.locator("#search").fill("plane")
    expect(many.locator(SEEN)).to_have_text(["airplane"])
    expect(many.locator("#found")).to_have_text("plane: airplane")
    many.locator("#search").press("Enter")
    expect(many.locator("#title")).to_have_text("airplane")
    many.unroute("**/categories?q=*")


def test_slips_and_plurals_are_found_by_the_service(many: Page) -> None:
    """Enter waits for its answer."""
    many.goto("?mode=watch")
    finished(many)
    for text, name in (("elefant", "elephant"), ("pengiun", "penguin"), ("kittens", "cat")):
        many.locator("#search").press_sequentially(text)
        many.locator("#search").press("Enter")
        expect(many.locator("#title")).to_have_text(name)
        expect(many.locator("#found")).to_contain_text(f"{text}: {name}")
        many.locator("#search").fill("")
        expect(many.locator("#found")).to_be_hidden()
    assert many.locator(SEEN).count() > 300


def test_older_safari_is_enough(many: Page) -> None:
    """Phones that get no newer one have 16, which lacks a function that came with 17.4."""
    many.add_init_script("delete Element.prototype.checkVisibility")
    many.goto("?category=penguin&seed=1")
    finished(many)
    many.locator("#search").press_sequentially("elephant")
    many.keyboard.press("ArrowDown")
    many.keyboard.press("Enter")
    expect(many.locator("#title")).to_have_text("elephant")
    many.keyboard.press("n")
    expect(many).not_to_have_url(re.compile("seed=1&"))


def test_what_the_service_finds_takes_no_focus_away(many: Page) -> None:
    """One who goes on to the results before it answers stays on the one where they are."""
    held: list[Route] = []
    many.route("**/categories?q=*", lambda route: held.append(route))  # noqa: PLW0108 - as in test_layout
    many.goto("?category=penguin&seed=1")
    finished(many)
    with many.expect_request("**/categories?q=*"):
        many.locator("#search").press_sequentially("sample number 7")
    many.keyboard.press("ArrowDown")
    many.keyboard.press("ArrowRight")
    there = many.evaluate("() => document.activeElement.dataset.slug")
    before = many.locator(SEEN).first.element_handle()
    for route in held:
        route.continue_()
    expect(many.locator(SEEN)).not_to_have_count(0)
    before.wait_for_element_state("hidden")  # others are in their place
    assert there.startswith("sample-number-7")
    assert many.evaluate("() => document.activeElement.dataset.slug") == there


def test_one_may_wander_through_a_group(many: Page) -> None:
    """Headings part the grid; a group that is chosen stands alone, until everything is chosen again."""
    many.goto("?mode=watch")
    finished(many)
    assert len(many.locator("#categories h3:visible").all()) == 19  # what was drawn, and 18 groups
    many.locator("#group").select_option("group 2")
    expect(many.locator("#categories h3:visible")).to_have_text(["group 2"])
    assert "penguin" in slugs(many, "group 2")
    many.locator("#group").select_option("")
    expect(many.locator("#categories h3:visible")).to_have_count(19)


def test_favourites_and_recent_ones_come_first(many: Page) -> None:
    """They are there again when the page is opened again; a favourite can be taken back."""
    many.goto("?category=cat&seed=3")
    finished(many)
    many.locator("#favourite").click()
    expect(many.locator("#favourite")).to_have_attribute("aria-pressed", "true")
    many.goto("?category=elephant&seed=3")
    finished(many)
    assert (slugs(many, "Favourites"), slugs(many, "Recent")) == (["cat"], ["elephant", "cat"])
    expect(many.locator("#favourite")).to_have_attribute("aria-pressed", "false")
    many.locator("#categories a[data-slug=cat]").first.click()
    expect(many.locator("#title")).to_have_text("cat")
    many.locator("#favourite").click()
    assert slugs(many, "Favourites") == []


def test_tabs_remember_together(many: Page) -> None:
    """What one tab keeps is shown in another, and stays when that one keeps something, too."""
    many.goto("?category=cat&seed=3")
    finished(many)
    other = many.context.new_page()
    other.goto("?category=cat&seed=3")
    finished(other)
    many.locator("#favourite").click()
    expect(other.locator("#favourite")).to_have_attribute("aria-pressed", "true")
    other.locator("#categories a[data-slug=elephant]").first.click()
    many.reload()
    finished(many)
    assert (slugs(many, "Favourites"), slugs(many, "Recent")) == (["cat"], ["elephant", "cat"])


def test_it_works_where_nothing_is_kept(profiles: Profiles, gallery: Real) -> None:
    """Who keeps nothing for pages has favourites as long as the page is open."""
    with landed(profiles, gallery) as page:
        page.context.add_init_script(
            "const get = () => { throw new DOMException('no', 'SecurityError'); };"
            "Object.defineProperty(window, 'localStorage', { get });"
        )
        page.goto("?category=cat&seed=3")
        finished(page)
        page.locator("#favourite").click()
        assert slugs(page, "Favourites") == ["cat"]


def test_a_surprise_is_something_else(many: Page) -> None:
    """It is drawn, can be seen in the grid, and Back leads to what was there before."""
    many.goto("?category=cat&seed=3")
    finished(many)
    many.locator("#surprise").click()
    expect(many.locator("#title")).not_to_have_text("cat")
    finished(many)
    assert "category=cat" not in many.url
    expect(many.locator("#categories a[aria-current]").first).to_be_in_viewport()
    many.go_back()
    expect(many.locator("#title")).to_have_text("cat")


def test_the_keyboard_needs_one_stop(many: Page) -> None:
    """Tab comes to what is on the screen, arrows go on from there in both directions, Enter draws."""
    many.goto("?category=cat&seed=3")
    finished(many)
    many.locator("#group").focus()
    many.keyboard.press("Tab")
    expect(many.locator("#categories a:focus")).to_have_text("cat")
    many.keyboard.press("ArrowDown")
    first = many.locator("#categories a:focus").inner_text()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        many.keyboard.press(key)
    expect(many.locator("#categories a:focus")).to_have_text(first)
    many.keyboard.press("Enter")
    expect(many.locator("#title")).to_have_text(first)
    many.keyboard.press("Tab")
    assert many.evaluate("() => document.activeElement.closest('#categories')") is None


def test_an_address_may_name_it_otherwise(many: Page) -> None:
    """By an alias, a plural or with a slip; the bar has its own name then."""
    for name, slug in (("kitten", "cat"), ("elephants", "elephant"), ("pengiun", "penguin")):
        many.goto(f"?category={name}&seed=3")
        expect(many.locator("#title")).to_have_text(slug)
        finished(many)
        expect(many).to_have_url(re.compile(f"category={slug}&"))


def test_on_a_phone_the_grid_takes_the_screen(phone: Page) -> None:
    """While one looks around nothing else can be reached; picking something, or Escape, closes it."""
    phone.goto("?category=cat&seed=3")
    finished(phone)
    phone.locator("#browse").click()
    expect(phone.locator("#group")).to_be_visible()
    assert phone.locator(".stage").evaluate("stage => stage.inert")
    phone.keyboard.press("Escape")
    expect(phone.locator("#group")).to_be_hidden()
    expect(phone.locator("#browse")).to_be_focused()
    phone.locator("#browse").click()
    phone.set_viewport_size({"width": DESK[0], "height": DESK[1]})  # a tablet that is turned
    expect(phone.locator("#browse")).to_be_hidden()
    assert not phone.locator(".stage").evaluate("stage => stage.inert")
    phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    phone.locator("#browse").click()
    phone.locator("#group").select_option("group 1")
    phone.locator("#categories section:visible a[data-slug=elephant]").click()
    expect(phone.locator("#title")).to_have_text("elephant")
    assert not phone.locator(".stage").evaluate("stage => stage.inert")


def test_on_a_phone_no_group_lies_on_another(phone: Page) -> None:
    """Nor do those whose things have short names: Firefox and WebKit count no `flex-basis` in the width of a group."""
    phone.goto("?category=cat&seed=3")
    finished(phone)
    things = phone.locator("#categories section:visible li")
    assert things.first.evaluate("thing => getComputedStyle(thing).minWidth") == "76px"
    ends = phone.evaluate(
        """() => [...document.querySelectorAll("#categories section:not([hidden])")].map(group => [
            group.getBoundingClientRect().left, group.querySelector("li:last-child").getBoundingClientRect().right
        ])"""
    )
    assert len(ends) == GROUPS + 1
    assert all(end < start for (_, end), (start, _) in pairwise(ends))


def test_every_mode_draws_any_of_them(many: Page, gallery: Real, tmp_path: Path) -> None:
    """One network's categories are watched, taken away, drawn together and on sheets like those of a network alone."""
    slug = "sample-number-300"
    many.goto(f"?category={slug}&seed=4")
    many.locator("#belief").check()
    finished(many)
    assert paths_on(many, tmp_path) == paths(asked(gallery, f"draw/{slug}?seed=4").text)
    many.locator(".modes a[data-mode=together]").click()
    draw_circle(many)
    expect(many.locator("#keep")).to_be_enabled()
    many.locator("#nine").click()
    expect(many.locator("#endings button")).to_have_count(9)
    many.locator(".modes a[data-mode=sheet]").click()
    expect(many.locator(".cell").nth(20)).to_be_attached()
    many.locator("#how").click()
    expect(many.locator("#made-title")).to_contain_text("sample number 300")
    expect(many.locator("#data li").first).to_be_visible()
