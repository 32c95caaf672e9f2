"""Between: two papers and a slider, along which one drawing becomes the other."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.real import Real
from tests.browser.conftest import PHONE, by_finger, landed, opened, visit
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import asked, draw_circle, finished, painted, pixels, take
from tests.browser.test_together import answered

WAY = "?mode=between&category=cat&from=7&into=dog&to=3&seed=5"


@pytest.fixture
def phone(profiles: Profiles, coded: Real) -> Iterator[Page]:
    """A page of the service that knows ways, on a phone, under a finger."""
    with by_finger(profiles, coded) as context, opened(context) as page:
        yield page


@pytest.fixture
def page(profiles: Profiles, coded: Real) -> Iterator[Page]:
    """The same on a desk."""
    with landed(profiles, coded) as page:
        yield page


def found(page: Page) -> None:
    """Wait until the drawings of the way are there."""
    expect(page.locator("#play")).to_be_enabled()
    painted(page)


def test_the_slider_moves_the_drawing_by_keyboard(page: Page) -> None:
    """Arrows go on a little, End to the end; what is said goes along, and the paper shows another drawing each time."""
    page.goto(f"{WAY}&at=0")
    found(page)
    expect(page.locator("#title")).to_have_text("cat into dog")
    seen = {pixels(page)}
    page.locator("#at").focus()
    for key in ("ArrowRight", "PageUp", "End"):
        page.keyboard.press(key)
        painted(page)
        seen.add(pixels(page))
    assert len(seen) == 4
    expect(page.locator("#subtitle")).to_have_text("100 %")
    expect(page.locator("#at")).to_have_attribute("aria-valuetext", "100 % of the way: cat into dog")


def test_a_finger_moves_it(phone: Page) -> None:
    """At the size of a phone: the slider follows the finger, and the drawing the slider; the paper stays in place."""
    page = phone
    page.goto(f"{WAY}&at=0")
    found(page)
    page.locator("#at").scroll_into_view_if_needed()
    before, paper = pixels(page), page.locator("#canvas").bounding_box()
    box = page.locator("#at").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2
    points = [{"x": box["x"] + part * box["width"], "y": y} for part in (0.06, 0.2, 0.35, 0.5)]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("at => at.value > 0.4", arg=page.locator("#at").element_handle())
    painted(page)
    assert float(page.locator("#at").input_value()) < 0.6
    assert (pixels(page) != before, page.locator("#canvas").bounding_box()) == (True, paper)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE[0]


def test_a_link_brings_it_back(page: Page, coded: Real, tmp_path: Path) -> None:
    """The same two drawings, the same way, the same place on it; all of it can be taken away."""
    page.goto(f"{WAY}&at=0.4")
    found(page)
    page.locator("#at").press("ArrowRight")
    page.wait_for_url(re.compile("at=0[.]41$"))
    address, first = page.url, pixels(page)
    theirs = asked(coded, "between/cat/dog?from=7&to=3&seed=5&steps=12&format=json").json()["drawings"]
    saved = json.loads(take(page, "json", tmp_path).read_text())
    assert [each["stroke5"] for each in saved] == [each["stroke5"] for each in theirs]
    assert take(page, "gif", tmp_path).read_bytes().startswith(b"GIF8")
    page.goto("about:blank")
    page.goto(address)
    found(page)
    assert pixels(page) == first


def test_a_link_may_name_the_ends_otherwise(page: Page) -> None:
    """In the plural too, the second as well as the first; what is neither is said."""
    page.goto("?mode=between&category=cats&into=dogs")
    expect(page.locator("#title")).to_have_text("cat into dog")
    page.goto("?mode=between&category=cat&into=%F0%9F%90%B1")
    expect(page.locator("#notice")).to_contain_text("Nothing here draws “🐱”.")


def test_the_ends_are_for_the_person_to_choose(page: Page) -> None:
    """The picker changes the paper that is chosen; "Another" takes another drawing of the same."""
    page.goto("?category=cat&seed=7")
    finished(page)
    page.locator("#between_watched").click()
    found(page)
    assert "from=7" in page.url
    page.locator("#categories a", has_text="penguin").click()
    expect(page.locator("#title")).to_have_text("cat into penguin")
    found(page)
    page.locator("#from").click()
    page.locator("#categories a", has_text="dog").click()
    expect(page.locator("#title")).to_have_text("dog into penguin")
    found(page)
    address = page.url
    page.locator("#another_to").click()
    expect(page).not_to_have_url(address)
    found(page)
    expect(page.locator("#title")).to_have_text("dog into penguin")
    expect(page.locator("#to")).to_have_attribute("aria-pressed", "true")


def test_mine_becomes_one_of_theirs(page: Page) -> None:
    """What I drew is on the first paper, in my hand and the machine's; a link brings it back."""
    page.goto("?mode=together&category=cat")
    draw_circle(page)
    answered(page)
    page.locator("#between_drawn").click()
    found(page)
    expect(page.locator("#title")).to_have_text("cat into another")
    expect(page.locator("#from .person")).to_have_count(1)
    address, first = page.url, pixels(page)
    page.goto("about:blank")
    page.goto(address)
    found(page)
    assert pixels(page) == first


def test_it_plays_by_itself(page: Page) -> None:
    """Along the whole way, and the slider with it; a hand on the slider stops it."""
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{WAY}&at=0.9")
    found(page)
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_text("Stop")
    expect(page.locator("#subtitle")).to_have_text("100 %")
    expect(page.locator("#play")).to_have_text("Play")
    page.locator("#play").click()
    page.locator("#at").press("ArrowRight")
    expect(page.locator("#play")).to_have_text("Play")


def test_two_networks_have_nothing_between_them(profiles: Profiles, coded: Real) -> None:
    """The service says so; another category takes the notice back."""
    with visit(profiles, coded) as context:
        [page] = context.pages  # which complains of the answer, too
        page.goto("?mode=between&category=cat&from=7&into=the-eiffel-tower&to=3")
        expect(page.locator("#notice")).to_contain_text("latent codes")
        expect(page.locator("#subtitle")).to_have_text("no way was found")
        expect(page.locator("#play")).to_be_disabled()
        page.locator("#categories a", has_text="penguin").click()
        found(page)
        expect(page.locator("#notice")).to_be_hidden()


FLOW = """async () => {
    const { flow } = await import(document.querySelector('link[href$="between/flow.js"]').href);
    const ring = (count, start, x) => ({ by: "machine", points: Array.from({ length: count }, (_, i) => {
        const angle = start + (i / (count - 1)) * 2 * Math.PI;
        return [x + 100 * Math.cos(angle), 100 * Math.sin(angle)];
    }) });
    const turned = flow([ring(20, 0, 0)], [ring(24, 3, 0)])(0.5);
    const far = flow([ring(20, 0, 0)], [ring(20, 0, 400)])(0.25);
    return [turned.length, turned[0].points.map(([x, y]) => Math.hypot(x, y)), far.map(({ alpha }) => alpha)];
}"""


def test_lines_flow_into_lines_nearby(page: Page) -> None:
    """A ring that begins elsewhere stays a ring on the way, and what has far to go fades instead."""
    page.goto("?mode=between")
    count, radii, alphas = page.evaluate(FLOW)
    assert (count, alphas) == (1, [0.75, 0.25])
    assert all(85 < radius < 101 for radius in radii)
