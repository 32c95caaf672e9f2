"""Drawing together with the machine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.sketchbook import Stroke, draw_circle, paper, paths_on, strokes_in, take

PERSON, MACHINE = "#1d1f24", "#c2410c"


@pytest.fixture
def together(page: Page) -> Page:
    """The mode, with seeds that are the same in each run."""
    page.add_init_script("let seed = 1; crypto.getRandomValues = (numbers) => numbers.fill(seed++);")
    page.goto("?mode=together&category=cat")
    return page


def answered(page: Page) -> None:
    """Wait until the machine has added its part."""
    expect(page.locator("#canvas")).to_have_attribute("aria-label", re.compile("the machine added"))


def added_to(page: Page, folder: Path, stays: int) -> list[Stroke]:
    """What is on the paper once the machine has added something: an ending may be to leave all as it is."""
    for _ in range(20):
        answered(page)
        if len(found := paths_on(page, folder)) > stays:
            return found
        page.locator("#again").click()
    raise AssertionError("twenty endings in a row add nothing")


def drawing(page: Page, folder: Path) -> Any:
    return json.loads(take(page, "json", folder).read_text())


def test_mine_stays_and_the_machine_adds(together: Page, tmp_path: Path) -> None:
    """What I drew is there as I drew it, and the machine's strokes follow, in another colour."""
    draw_circle(together)
    mine = paths_on(together, tmp_path)[0]
    answered(together)
    svg = take(together, "svg", tmp_path).read_text()
    assert paths_on(together, tmp_path)[0] == mine
    assert svg.count(PERSON) == 1
    assert svg.count(MACHINE) >= 1
    [first, *_] = drawing(together, tmp_path)["strokes"]
    box = paper(together)
    radius = 0.25 * 300  # of 300 pixels of a drawing that the paper shows
    assert box["height"] < box["width"]
    assert all(x * x + y * y == pytest.approx(radius**2, rel=0.02) for x, y in first)


def test_try_again_keep_and_undo(together: Page, tmp_path: Path) -> None:
    """Another ending; one that is kept stays under the next; undo takes back the last thing that was done."""
    draw_circle(together)
    first = added_to(together, tmp_path, 1)
    together.locator("#again").click()
    second = added_to(together, tmp_path, 1)
    assert (second[0], second != first) == (first[0], True)
    together.locator("#keep").click()
    assert paths_on(together, tmp_path) == second
    draw_circle(together, 0.1)
    third = added_to(together, tmp_path, len(second) + 1)
    assert third[: len(second) + 1] == [*second, third[len(second)]]
    left = []
    for _ in range(4):
        together.locator("#undo").click()
        if together.locator("#undo").is_disabled():
            break
        left.append(paths_on(together, tmp_path))
    assert left == [third[: len(second) + 1], second, second[:1]]
    expect(together.locator("#hint")).to_be_visible()


def test_going_on_stops_the_machine(page: Page, tmp_path: Path) -> None:
    """A new stroke while the machine draws takes its part away, and both of mine are finished."""
    page.goto("?mode=together&category=cat")
    page.locator("input[name=speed][value='8']").check()
    draw_circle(page)
    page.wait_for_timeout(600)
    page.locator("input[name=speed][value='0']").check()
    draw_circle(page, 0.1)
    added_to(page, tmp_path, 2)
    svg = take(page, "svg", tmp_path).read_text()
    assert (svg.count(PERSON), svg.count(MACHINE) > 0) == (2, True)


def test_nine_endings(together: Page, tmp_path: Path) -> None:
    """Nine to choose from; the one that is chosen is on the paper, with my stroke first."""
    draw_circle(together)
    answered(together)
    mine = paths_on(together, tmp_path)[0]
    together.locator("#nine").click()
    choices = together.locator("#endings button")
    expect(choices).to_have_count(9)
    fifth = strokes_in(choices.nth(4))
    choices.nth(4).click()
    expect(together.locator("#endings")).to_be_hidden()
    assert paths_on(together, tmp_path) == fifth
    assert fifth[0] == mine


def test_a_link_brings_it_back(together: Page, tmp_path: Path) -> None:
    """My strokes, in as many points as were sent, and the machine's."""
    draw_circle(together)
    answered(together)
    address, first = together.url, paths_on(together, tmp_path)
    together.goto("about:blank")
    together.goto(address)
    answered(together)
    again = paths_on(together, tmp_path)
    assert again[1:] == first[1:]
    assert len(again[0].course) <= len(first[0].course)


def test_strokes_are_simplified_before_they_are_sent(together: Page) -> None:
    """A straight line of many points is sent as its two ends, on whole pixels."""
    sent: list[str] = []
    together.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    together.reload()
    expect(together.locator("#title")).to_have_text("cat")
    box = paper(together)
    together.mouse.move(box["x"] + 300, box["y"] + 300)
    together.mouse.down()
    together.mouse.move(box["x"] + 500, box["y"] + 400, steps=30)
    together.mouse.up()
    answered(together)
    [stroke] = json.loads(sent[-1])["strokes"]
    assert len(stroke) == 2
    assert all(isinstance(value, int) for point in stroke for value in point)


def test_arrow_keys_draw(together: Page, tmp_path: Path) -> None:
    """Space puts the pen down and lifts it, arrows move it."""
    expect(together.get_by_role("application", description=re.compile("Arrow keys"))).to_be_visible()
    together.locator("#canvas").focus()
    for key in ["Space", *["ArrowRight"] * 8, *["ArrowDown"] * 8, "Space"]:
        together.keyboard.press(key)
    answered(together)
    assert drawing(together, tmp_path)["strokes"][0] == [[0, 0], [64, 0], [64, 64]]


def test_the_pen_of_the_keys_holds_nobody_up(together: Page, tmp_path: Path) -> None:
    """Who goes on by mouse or presses a button has lifted the pen that Space put down."""
    draw_circle(together)
    together.keyboard.press("Space")
    together.keyboard.press("ArrowDown")
    draw_circle(together, part=0.1)
    answered(together)
    assert len(drawing(together, tmp_path)["strokes"]) >= 3
    together.locator("#canvas").focus()
    together.keyboard.press("Space")
    together.locator("#clear").click()
    expect(together.locator("#hint")).to_be_visible()


def test_a_drawing_too_long_for_an_address_is_kept(together: Page, tmp_path: Path) -> None:
    """No server takes such an address: the strokes lie beside it, and are there again after a reload and by Back."""
    expect(together.locator("#hint")).to_be_visible()
    together.evaluate(
        """() => {
          const canvas = document.querySelector("#canvas");
          const { left, top, width, height } = canvas.getBoundingClientRect();
          canvas.setPointerCapture = () => {};
          const at = (type, i) => canvas.dispatchEvent(new PointerEvent(type, {
            pointerId: 1, isPrimary: true, button: 0,
            clientX: left + (97 * i) % width, clientY: top + (61 * i) % height,
          }));
          at("pointerdown", 0);
          for (let i = 1; i < 2500; i++) at("pointermove", i);
          at("pointerup", 2500);
        }"""
    )
    drawn = drawing(together, tmp_path)["strokes"]
    assert (len(drawn[0]) > 1000, len(together.url) < 8000) == (True, True)
    together.reload()
    expect(together.locator("#clear")).to_be_enabled()
    reloaded = drawing(together, tmp_path)["strokes"]
    assert len(reloaded[0]) > 1000
    together.locator(".modes a[data-mode=watch]").click()
    expect(together.locator("#new")).to_be_visible()
    together.go_back()
    expect(together.locator("#clear")).to_be_enabled()
    assert drawing(together, tmp_path)["strokes"] == reloaded


def test_a_finger_draws(context: BrowserContext, together: Page) -> None:
    """Touch draws, and does not scroll the page away."""
    session = context.new_cdp_session(together)
    box = paper(together)
    points = [{"x": box["x"] + 200 + 20 * step, "y": box["y"] + 200 + 10 * step} for step in range(8)]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    answered(together)


def test_another_category_goes_on_from_my_strokes(together: Page, tmp_path: Path) -> None:
    """The same head becomes another animal's."""
    draw_circle(together)
    answered(together)
    mine = paths_on(together, tmp_path)[0]
    together.locator("#categories a", has_text="penguin").click()
    expect(together.locator("#title")).to_have_text("penguin")
    answered(together)
    assert paths_on(together, tmp_path)[0] == mine
