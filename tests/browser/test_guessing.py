"""Draw and guess: the page says what it sees while one draws, and finishes that."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Page, expect

from tests.app.real import Real
from tests.browser.conftest import PHONE, by_finger, landed, opened
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import draw_circle, paper, take
from tests.browser.test_together import answered

EARS = (-1, 1)  # sides of a head


@pytest.fixture
def page(profiles: Profiles, sighted: Real) -> Iterator[Page]:
    """The page as one lands on it."""
    with landed(profiles, sighted) as page:
        page.goto("")
        yield page


@pytest.fixture
def phone(profiles: Profiles, sighted: Real) -> Iterator[tuple[BrowserContext, Page]]:
    """The same on a phone, under a finger."""
    with by_finger(profiles, sighted) as context, opened(context) as page:
        page.goto("")
        expect(page.locator("#title")).to_have_text("Draw something")
        yield context, page


def triangle(box: FloatRect, side: int) -> list[tuple[float, float]]:
    """An ear, on the screen."""
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] / 4
    return [(x + side * a * radius, y - b * radius) for a, b in ((0.9, 0.5), (0.8, 1.4), (0.3, 0.95), (0.9, 0.5))]


def draw_ears(page: Page) -> None:
    """Two triangles, by mouse."""
    for side in EARS:
        first, *others = triangle(paper(page), side)
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point, steps=4)
        page.mouse.up()


def kept(page: Page, folder: Path) -> Any:
    """What is on the paper."""
    return json.loads(take(page, "json", folder).read_text())


def finished_as(page: Page, name: str) -> None:
    """Wait until the machine has finished what the person drew as that."""
    expect(page.locator("#canvas")).to_have_attribute("aria-label", re.compile(f"^{name}, .*the machine added"))


def test_things_have_the_article_that_one_says(page: Page) -> None:
    """By how they begin to sound; none where there are several, or where nobody counts them."""
    spoken = [
        "an owl",
        "an hourglass",
        "a unicorn",
        "a rhinoceros",
        "asparagus",
        "underwear",
        "scissors",
        "The Mona Lisa",
    ]
    assert spoken == page.evaluate(
        """async (names) => {
          const main = document.querySelector("script[src$='main.js']").src;
          return names.map((await import(main.replace("main.js", "draw-together/guesses.js"))).spoken);
        }""",
        [re.sub("^an? ", "", each) for each in spoken],
    )


def test_a_circle_with_two_triangles_is_a_cat(page: Page, tmp_path: Path) -> None:
    """Nothing is chosen before: a circle is a penguin to it, with ears it is a cat, which it says and finishes."""
    expect(page.locator("#title")).to_have_text("Draw something")
    expect(page.locator("#hint")).to_contain_text("says what it sees")
    draw_circle(page)
    expect(page.locator("#title")).to_have_text("a penguin")
    finished_as(page, "penguin")
    draw_ears(page)
    expect(page.locator("#title")).to_have_text("a cat? a penguin?")
    finished_as(page, "cat")
    found = kept(page, tmp_path)
    assert (found["category"], len(found["strokes"]) >= 3) == ("cat", True)
    names = page.locator("#guesses button span")
    assert names.all_inner_texts()[:2] == ["cat", "penguin"]
    expect(page.locator("#guesses [aria-pressed=true]")).to_have_accessible_name(re.compile(r"^cat \d+ %$"))


def test_it_guesses_while_the_pen_is_down(page: Page) -> None:
    """A line that is much higher than wide is a tower before it is done; it is finished once the pen is lifted."""
    box = paper(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 4, box["y"] + box["height"] - 60, steps=12)
    expect(page.locator("#title")).to_have_text("The Eiffel Tower")
    expect(page.locator("#again")).to_be_disabled()
    page.mouse.up()
    finished_as(page, "The Eiffel Tower")


def test_another_guess_is_taken_instead(page: Page, tmp_path: Path) -> None:
    """Pressed, it is what the strokes are finished as, and those to come; clearing the paper makes it free again."""
    draw_circle(page)
    finished_as(page, "penguin")
    page.locator("#guesses button:visible", has_text="cat").click()
    finished_as(page, "cat")
    expect(page.locator("#title")).to_have_text("cat")
    expect(page.locator("#guesses [aria-pressed=true]")).to_contain_text("cat")
    draw_circle(page, 0.1)
    finished_as(page, "cat")
    assert kept(page, tmp_path)["category"] == "cat"
    page.locator("#clear").click()
    expect(page.locator("#title")).to_have_text("Draw something")
    expect(page.locator("#guesses button:visible")).to_have_count(0)
    draw_circle(page)
    finished_as(page, "penguin")


def test_what_one_chooses_is_drawn(page: Page) -> None:
    """Of the list on the left, whatever it looks like; a button goes back to guessing."""
    draw_circle(page)
    finished_as(page, "penguin")
    page.locator("#categories a", has_text="cat").click()
    finished_as(page, "cat")
    expect(page.locator("#guesses button:visible")).to_have_count(0)
    page.locator("#guess").click()
    finished_as(page, "penguin")
    expect(page.locator("#title")).to_have_text("a penguin")
    expect(page.locator("#guess")).to_be_hidden()


def test_undo_takes_back_the_guess(page: Page) -> None:
    """Without its ears the cat is a penguin again; without anything there is nothing to guess."""
    draw_circle(page)
    draw_ears(page)
    finished_as(page, "cat")
    for _ in range(2):  # the ending, and an ear
        page.locator("#undo").click()
    expect(page.locator("#title")).to_have_text(re.compile("^a penguin"))  # sure or not, by the points that came
    for _ in range(2):
        page.locator("#undo").click()
    expect(page.locator("#title")).to_have_text("Draw something")


def test_a_link_brings_back_what_it_was_taken_for(page: Page, tmp_path: Path) -> None:
    """With the category and the seed of the ending in the address."""
    draw_circle(page)
    draw_ears(page)
    finished_as(page, "cat")
    first = kept(page, tmp_path)["strokes"]
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    finished_as(page, "cat")
    assert kept(page, tmp_path)["strokes"][3:] == first[3:]


def test_by_touch_on_a_phone(phone: tuple[BrowserContext, Page]) -> None:
    """A finger draws a circle and two triangles, and taps another guess; nothing moves under it meanwhile."""
    context, page = phone
    session = context.new_cdp_session(page)
    box = paper(page)
    circle = [(box["x"] + 150 + 40 * i % 90, box["y"] + 150 + 7 * i) for i in range(12)]
    for line in (circle, *(triangle(box, side) for side in EARS)):
        points = [{"x": x, "y": y} for x, y in line]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
        for point in points[1:]:
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finished_as(page, "cat")
    assert paper(page) == box
    page.locator("#guesses button:visible", has_text="penguin").tap()
    finished_as(page, "penguin")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE[0]


def test_by_keyboard(page: Page) -> None:
    """Arrows draw, Tab leads to the guesses, Enter takes one; focus stays on it while guesses change."""
    page.locator("#canvas").focus()
    for key in ["Space", *["ArrowRight"] * 8, *["ArrowDown"] * 8, "Space"]:
        page.keyboard.press(key)
    finished_as(page, "penguin")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#guesses button").nth(1)).to_be_focused()
    name = page.locator("#guesses button span").nth(1).inner_text()
    page.keyboard.press("Enter")
    finished_as(page, name)
    expect(page.locator("#guesses button").nth(1)).to_be_focused()


def test_the_connection_may_break(page: Page) -> None:
    """A question that was lost on the way is asked again."""
    page.evaluate(
        """() => {
            const { send } = WebSocket.prototype;
            WebSocket.prototype.send = function () {
                WebSocket.prototype.send = send;
                this.close();
            };
        }"""
    )
    draw_circle(page)
    finished_as(page, "penguin")


def test_without_a_recogniser_one_chooses(profiles: Profiles, site: Real) -> None:
    """The page says so once, finishes the drawing as its favourite, and as whatever is chosen after."""
    with landed(profiles, site) as page:
        page.goto("")
        draw_circle(page)
        expect(page.locator("#notice")).to_contain_text("does not recognise drawings")
        answered(page)
        expect(page.locator("#title")).to_have_text("penguin")
        page.locator("#categories a", has_text="cat").click()
        finished_as(page, "cat")
        expect(page.locator("#guess")).to_be_hidden()
