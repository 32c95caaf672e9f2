"""Watching a drawing being made."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.app.real import Real
from tests.browser.sketchbook import UNSEEN, asked, finished, long_seed, paths, paths_on, take

SLOW = "input[name=speed][value='8']"
PIXELS = "canvas => canvas.toDataURL()"
AT_ONCE = "input[name=speed][value='0']"


def stop_the_clock(page: Page) -> None:
    """From now on time passes for the page when the test says so, however busy the machine is."""
    page.clock.pause_at(page.evaluate("() => Date.now()") + 1)


@pytest.fixture(scope="package")
def long(site: Real) -> int:
    """A seed whose cat takes a while."""
    return long_seed(site)


def test_a_drawing_appears_and_finishes(page: Page, site: Real) -> None:
    """Opening the page is enough: something is drawn, and its caption says which drawing it was."""
    page.goto("?mode=watch")
    expect(page.locator("#title")).to_have_text("penguin")
    finished(page)
    seed = page.locator("#subtitle").inner_text().split()[1]
    whole = asked(site, f"draw/penguin?format=json&seed={seed}").json()
    counts = {"point": whole["points"], "stroke": len(whole["strokes"])}
    said = ", ".join(f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in counts.items())
    expect(page.locator("#subtitle")).to_have_text(f"seed {seed} · {said}")


def test_it_grows_before_ones_eyes(unhurried: Page, long: int, tmp_path: Path) -> None:
    """Each fifth of a second shows more of the drawing than the one before, until it is whole; so it does again."""
    page = unhurried
    page.clock.install()
    page.goto(f"?category=cat&seed={long}")
    page.locator(AT_ONCE).check()
    finished(page)
    whole = paths_on(page, tmp_path)
    page.locator("input[name=speed][value='20']").check()
    stop_the_clock(page)
    page.locator("#replay").click()
    seen = set()
    for _ in range(4):
        page.clock.run_for(200)
        seen.add(page.locator("#canvas").evaluate(PIXELS))
    assert len(seen) == 4
    page.clock.run_for(60_000)
    rests = page.locator("#canvas").evaluate(PIXELS)
    page.clock.run_for(1000)
    assert page.locator("#canvas").evaluate(PIXELS) == rests
    assert rests not in seen
    assert paths_on(page, tmp_path) == whole


def test_a_link_brings_back_the_very_drawing(page: Page, site: Real, tmp_path: Path) -> None:
    """The address that a drawing leaves in the bar gives the same path data again, which is the service's own."""
    page.goto("?category=eiffel tower")
    finished(page)
    first, address = paths_on(page, tmp_path), page.url
    assert "seed=" in address
    page.locator("#new").click()
    expect(page).not_to_have_url(address)
    finished(page)
    assert paths_on(page, tmp_path) != first
    page.goto(address)
    finished(page)
    assert paths_on(page, tmp_path) == first
    query = address.partition("?")[2].replace("category=the-eiffel-tower&", "")
    assert first == paths(asked(site, f"draw/the-eiffel-tower?{query}").text)


def test_back_leads_to_the_drawing_before(page: Page, tmp_path: Path) -> None:
    """Each drawing that one asks for has its place in the browser's history."""
    page.goto("?category=cat&seed=3")
    finished(page)
    first, address = paths_on(page, tmp_path), page.url
    page.locator("#new").click()
    expect(page).not_to_have_url(address)
    finished(page)
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator("#subtitle")).to_contain_text("seed 3 ")
    finished(page)
    assert paths_on(page, tmp_path) == first


def test_sliders_act_on_the_drawing_in_progress(unhurried: Page, site: Real, long: int, tmp_path: Path) -> None:
    """What was drawn before the slider moved stays; what follows is another drawing than without it.

    The address, JSON and the service's own answer draw the same again.
    """
    page = unhurried
    page.goto(f"?category=cat&seed={long}")
    page.locator(SLOW).check()
    expect(page.locator("#canvas")).to_have_attribute("aria-label", "cat, being drawn")
    page.locator("#temp_xy").fill("2")
    page.locator(AT_ONCE).check()
    finished(page)
    expect(page.locator("#subtitle")).to_contain_text("steered")
    plain, steered = (
        np.concatenate([stroke.course[:, 0] for stroke in drawn])  # where curves begin
        for drawn in (paths(asked(site, f"draw/cat?seed={long}").text), paths_on(page, tmp_path))
    )
    least = min(len(steered), len(plain))
    same = np.abs(steered[:least] - plain[:least]).max(axis=1) < UNSEEN
    assert same[0]
    assert not same.all()
    kept = json.loads(take(page, "json", tmp_path).read_text())
    query = page.url.partition("?")[2]
    assert {"at": [kept["at"]], "temp_xy": ["0.4"]}.items() <= parse_qs(query).items()
    again = asked(site, f"draw/cat?{query.removeprefix('category=cat&')}&format=json").json()
    assert (again["stroke5"], again["at"]) == (kept["stroke5"], kept["at"])
    drawn = paths_on(page, tmp_path)
    page.goto("about:blank")
    page.goto(f"?{query}")
    page.locator(AT_ONCE).check()
    finished(page)
    assert paths_on(page, tmp_path) == drawn
    assert page.url.endswith(query)
    page.context.grant_permissions(["clipboard-write"])
    page.locator("[data-take=link]").click()
    expect(page.locator("#taken")).to_contain_text("steered as you did")


def test_a_slider_let_go_after_the_end_draws_the_same_seed_anew(page: Page, site: Real, tmp_path: Path) -> None:
    """So one sees what a temperature does."""
    page.goto("?category=cat&seed=5")
    finished(page)
    page.locator("#temp_p").fill("1.5")
    expect(page).to_have_url(f"http://{site.host}/?category=cat&seed=5&temp_xy=0.4&temp_p=1.5")
    finished(page)
    assert paths_on(page, tmp_path) == paths(asked(site, "draw/cat?seed=5&temp_xy=0.4&temp_p=1.5").text)


@pytest.fixture
def midway(unhurried: Page, long: int) -> Page:
    """A page whose drawing has begun, and whose clock stands still."""
    unhurried.clock.install()
    unhurried.goto(f"?category=cat&seed={long}")
    expect(unhurried.locator("#subtitle")).to_contain_text("seed")
    stop_the_clock(unhurried)
    return unhurried


def test_pause_and_go_on(midway: Page) -> None:
    """Paused, nothing moves; then it is drawn to its end."""
    page = midway
    page.locator("#pause").click()
    expect(page.locator("#pause")).to_have_text("Go on")
    page.clock.run_for(5000)  # the view comes to rest
    before = page.locator("#canvas").evaluate(PIXELS)
    page.clock.run_for(5000)
    assert page.locator("#canvas").evaluate(PIXELS) == before
    expect(page.locator("#pause")).to_have_text("Go on")
    page.clock.resume()
    page.locator("#pause").click()
    page.locator(AT_ONCE).check()
    finished(page)


def test_what_has_not_begun_cannot_be_paused(midway: Page) -> None:
    """From the wish for another drawing to its first message the button is off; it is on while one is drawn."""
    page = midway
    expect(page.locator("#pause")).to_be_enabled()
    page.evaluate("WebSocket.prototype.send = () => {}")
    page.locator("body").press("n")
    expect(page.locator("#pause")).to_be_disabled()
    page.keyboard.press("p")
    expect(page.locator("#pause")).to_have_text("Pause")


def test_a_category_is_found_and_picked(page: Page) -> None:
    """Typing narrows the grid, Enter takes the first; a name that nothing draws is said."""
    page.goto("?mode=watch")
    for picture in page.locator("#categories img").all():
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    page.locator("#search").fill("EIFFEL")
    expect(page.locator("#categories li:visible")).to_have_count(1)
    page.locator("#search").press("Enter")
    expect(page.locator("#title")).to_have_text("The Eiffel Tower")
    page.locator("#search").fill("dragon")
    expect(page.locator("#found")).to_have_text("Nothing here draws “dragon”.")


def test_an_address_that_names_nothing_is_said(page: Page) -> None:
    """Another category is drawn, and the page says that it is another; so with seeds and temperatures."""
    page.goto("?category=dragon&seed=-1&temp_xy=11&at=3:x&given=1.2.3")
    said = [
        "draws “dragon”",
        "“-1” (seed) is no seed",
        "“11” (temp_xy) is no temp",
        "“3:x” (at) does not say",
        "“1.2.3” (given) is no drawing",
    ]
    for each in said:
        expect(page.locator("#notice")).to_contain_text(each)
    expect(page.locator("#title")).to_have_text("penguin")
    page.locator("#seed").fill("9007199254740992")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("That is no seed")
    page.locator("#seed").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator("#subtitle")).to_contain_text("seed 12")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_seed_may_be_any_text(page: Page, site: Real, tmp_path: Path) -> None:
    """In the field and in the address, which draws the same again; a sheet begins with it."""
    page.goto("?category=cat&seed=1")
    page.locator("#seed").fill("Ada's & co.")
    page.keyboard.press("Enter")
    expect(page.locator("#subtitle")).to_contain_text("seed Ada's & co. · ")
    kept = json.loads(take(page, "json", tmp_path).read_text())
    query = page.url.partition("?")[2]
    again = asked(site, f"draw/cat.json?{query.removeprefix('category=cat&')}").json()
    assert (kept["seed_text"], kept["seed"], kept["stroke5"]) == ("Ada's & co.", again["seed"], again["stroke5"])
    page.locator("[data-take=curl]").click()
    expect(page.locator("#taken")).to_contain_text("'cat-Ada_s_co_.svg'")
    page.goto("?mode=sheet&category=cat&seed=Ada%27s %26 co.")
    expect(page.locator(".cell").nth(23)).to_be_attached()
    seeds = [parse_qs(str(link.get_attribute("href")))["seed"] for link in page.locator(".cell").all()]
    assert seeds == [[str(again["seed"] + place)] for place in range(len(seeds))]


def test_a_seed_from_right_to_left_leaves_the_sentence(page: Page) -> None:
    """What stands after it in the caption is read after it."""
    page.goto("?category=cat&seed=%D7%A9%D7%9C%D7%95%D7%9D")
    finished(page)
    seed, points = page.evaluate(
        """() => [/\\p{Script=Hebrew}/u, /\\d(?= point)/].map((one) => {
          const range = new Range(), [node] = subtitle.childNodes, at = node.data.search(one);
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          return range.getBoundingClientRect().left;
        })"""
    )
    assert seed < points


def test_what_it_believes_is_shown(page: Page, long: int, tmp_path: Path) -> None:
    """Clouds are on the paper and odds beside it while it is drawn, and the drawing is the same as without."""
    page.goto(f"?category=cat&seed={long}")
    finished(page)
    first = paths_on(page, tmp_path)
    page.locator(SLOW).check()
    page.locator("#belief").check()
    expect(page.locator("#odds output").first).not_to_be_empty()
    page.locator("#pause").click()
    odds = [float(text.split()[0]) for text in page.locator("#odds output").all_inner_texts()]
    assert len(odds) == 3
    expect(page.get_by_role("meter", name="lifts")).to_be_visible()
    expect(page.locator("output:not([aria-live=off])")).to_have_count(0)  # twenty a second would be read aloud
    assert 98 <= sum(odds) <= 102  # each is rounded
    page.locator("#pause").click()
    page.locator(AT_ONCE).check()
    finished(page)
    assert paths_on(page, tmp_path) == first


STEERED = """async () => {
  const times = []; // as Safari counts them, which raises an error beyond
  for (const name of ["pushState", "replaceState"]) {
    const change = history[name].bind(history);
    history[name] = (...entry) => {
      if (times.push(performance.now()) > 100) throw new Error("more than 100 times per 10 seconds");
      change(...entry);
    };
  }
  const file = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/service/address.js"));
  const { write } = await import(file.name);
  const before = history.length;
  for (let seed = 1; seed <= 300; seed++) write({ mode: "watch", category: "cat", seed }, { push: seed % 100 === 0 });
  return before;
}"""


def test_the_address_keeps_up_with_what_changes_fast(page: Page) -> None:
    """Safari and Firefox refuse what a wiggled slider asks of the address, and the drawing lost its next points."""
    page.goto("?category=cat&seed=3")
    finished(page)
    before = page.evaluate(STEERED)
    expect(page).to_have_url(re.compile("category=cat&seed=300$"))
    assert page.evaluate("() => history.length") == before + 1
    page.go_back()
    finished(page)
    assert page.url.endswith("category=cat&seed=99")


def test_switches_are_as_the_page_is_after_back(page: Page) -> None:
    """Browsers bring them back as they were left, Firefox after a reload, too; nobody is told."""
    page.goto("?category=cat&seed=3")
    finished(page)
    page.locator("#belief").check()
    page.goto("about:blank")
    page.go_back()
    finished(page)
    expect(page.locator("#belief")).to_be_checked(checked=page.locator("#odds").is_visible())


def test_fields_that_safari_empties_on_the_way_back_say_what_is_on_the_screen(page: Page) -> None:
    """It resets those whose contents it is not to remember, after the event that shows the page."""
    page.goto("?category=cat&seed=3")
    finished(page)
    page.locator("#search").fill("tower")
    page.evaluate(
        """() => {
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
          for (const id of ["seed", "search"]) document.getElementById(id).value = "";
        }"""
    )
    expect(page.locator("#seed")).to_have_value("3")
    expect(page.locator("#search")).to_have_value("tower")


def test_without_motion_nothing_moves_by_itself(unhurried: Page) -> None:
    """Who prefers less motion gets the drawing at once."""
    page = unhurried
    page.emulate_media(reduced_motion="reduce")
    page.goto("?category=cat&seed=3")
    expect(page.locator(AT_ONCE)).to_be_checked()
    finished(page)


def test_how_it_works(page: Page, site: Real) -> None:
    """The panel says in words how it works, and from the card what the network learnt from."""
    page.goto("?category=cat&seed=3")
    page.locator("#how").click()
    card = asked(site, "categories/cat").json()["cards"][0]
    expect(page.locator("#data")).to_contain_text(card["data"][0]["source"])
    expect(page.locator("#made")).to_contain_text(f"{card['hidden']} units")
    page.locator("#panel").click(position={"x": 8, "y": 200})  # beside its text
    expect(page.locator("#panel")).to_be_visible()
    page.mouse.click(8, 8)
    expect(page.locator("#panel")).to_be_hidden()
    page.locator("#how").click()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#how")).to_be_focused()


def test_how_it_works_tells_of_the_network_that_the_link_names(page: Page, site: Real) -> None:
    """Not of the one that draws the category by default."""
    found = asked(site, "categories/cat").json()
    found["cards"].append({**found["cards"][0], "system": "feedforward", "hidden": 77})
    page.route("**/categories/cat", lambda route: route.fulfill(json=found))
    page.goto("?category=cat&seed=3&system=feedforward")
    expect(page.locator("#notice")).to_be_visible()  # this service has no such network, but a card of it
    page.locator("#how").click()
    expect(page.locator("#made")).to_contain_text("feedforward: a layer of 77 units")
