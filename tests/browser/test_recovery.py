"""The server goes away and comes back."""

import json
import re
import socket
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.app.real import Real, real
from tests.browser.conftest import PATIENCE, visit
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import asked, finished, long_seed, take


def test_a_restart_in_the_middle(browser: Browser, drawn_by: Path, tmp_path: Path) -> None:
    """The page says that the server is away; once it is back the drawing goes on to what it would have been.

    So it does where it was steered before.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
    page.set_default_timeout(PATIENCE)
    said = list[str]()
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(str(frame))))
    with real(drawn_by, port=port, grace=0) as running:
        page.goto(f"?category=cat&seed={long_seed(running)}")
        page.locator("input[name=speed][value='8']").check()
        expect(page.locator("#canvas")).to_have_attribute("aria-label", "cat, being drawn")
        page.locator("#temp_p").fill("0.3")
        expect(page).to_have_url(re.compile("&at="))  # steered, as the service says
    expect(page.locator("#notice")).to_contain_text("away")
    begun = json.loads(take(page, "json", tmp_path).read_text())
    assert begun["points"]
    with real(drawn_by, port=port) as running:
        expect(page.locator("#notice")).to_be_hidden()
        page.locator("input[name=speed][value='0']").check()
        finished(page)
        whole = json.loads(take(page, "json", tmp_path).read_text())
        query = page.url.partition("?category=cat&")[2]
        assert whole["stroke5"] == asked(running, f"draw/cat.json?{query}").json()["stroke5"]
    assert json.loads(next(frame for frame in said if "resume" in frame))["resume"] >= begun["points"]
    assert begun["points"] < whole["points"]
    assert (whole["at"], whole["stroke5"][: begun["points"]]) == (begun["at"], begun["stroke5"][:-1])
    page.close()


def test_what_was_asked_for_in_vain_comes_once_the_server_is_back(profiles: Profiles, coded: Real) -> None:
    """In modes without a live drawing too: the page says that the server is away only as long as it is."""
    with visit(profiles, coded) as context:
        [page] = context.pages
        page.route("**/draw/**", lambda route: route.abort())
        page.goto("?mode=alike&category=cat&like=7&seed=3")
        expect(page.locator("#notice")).to_have_text("The server is away. Trying again…")
        page.unroute("**/draw/**")
        expect(page.locator("#likenesses a")).to_have_count(9)
        expect(page.locator("#notice")).to_be_hidden()


def test_a_mode_that_did_not_come_shows_what_it_was_asked_for(profiles: Profiles, site: Real) -> None:
    """The page is loaded anew once the server is back, and goes on with the same thing."""
    with visit(profiles, site) as context:
        [page] = context.pages
        page.goto("?category=cat&seed=3")
        finished(page)
        page.route("**/sheet/sheet.js", lambda route: route.abort())
        page.locator(".modes a[data-mode=sheet]").click()
        expect(page.locator("#notice")).to_have_text("The server is away. Trying again…")
        page.unroute("**/sheet/sheet.js")
        expect(page.locator(".cell").first).to_be_visible()
        expect(page.locator("#title")).to_have_text("cat")


def test_opened_while_the_server_starts(browser: Browser, drawn_by: Path) -> None:
    """A page whose server went before it could list anything waits, says so, and begins by itself."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
    page.set_default_timeout(PATIENCE)
    with real(drawn_by, port=port):
        page.route("**/categories", lambda route: route.abort())
        page.goto("?category=cat&seed=3")
        expect(page.locator("#notice")).to_contain_text("away")
    page.unroute("**/categories")
    with real(drawn_by, port=port):
        finished(page)
        expect(page.locator("#notice")).to_be_hidden()
    page.close()


def test_nothing_is_pressed_in_vain_before_the_list_is_there(page: Page) -> None:
    """What needs to know what can be drawn waits; "How it works" and the links of the modes do not."""
    page.route("**/categories", lambda _: None)  # never answered
    page.goto("?mode=together")
    page.locator("#how").click()
    expect(page.locator("#made-title")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("main")).to_have_attribute("inert", "")
    page.locator(".modes a[data-mode=watch]").click()
    page.wait_for_url("?mode=watch")
    page.unroute("**/categories")
    page.reload()
    finished(page)
    assert page.locator("main").get_attribute("inert") is None


def test_a_part_that_cannot_be_loaded_is_said(browser: Browser, site: Real) -> None:
    """Whichever of its modules is missing, a network that dropped it for one: nothing else of the page would speak."""
    page = browser.new_page(base_url=f"http://{site.host}/")
    page.route("**/service/address.js", lambda route: route.abort())
    page.goto("?mode=watch")
    expect(page.locator("#notice")).to_have_text("A part of this page could not be loaded. Reload it to try again.")
    expect(page.locator("#notice button")).to_be_hidden()
    page.unroute("**/service/address.js")
    page.reload()
    expect(page.locator("#seed")).not_to_have_value("", timeout=PATIENCE)
    expect(page.locator("#notice")).to_be_hidden()
    page.close()
