"""What the page does between asking for a drawing and its beginning, however long the service takes."""

import json
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.app.real import Real
from tests.browser.sketchbook import asked, finished, painted, paths, take

AT_ONCE = "input[name=speed][value='0']"
SLOW = "input[name=speed][value='8']"


class Held:
    """The page's WebSocket, of which requests for drawings are kept back for as long as one likes."""

    def __init__(self, page: Page) -> None:
        self.holds = False
        self._kept: list[str | bytes] = []
        page.route_web_socket("**/ws/draw/*", self._open)

    def _open(self, route: WebSocketRoute) -> None:
        self._server = route.connect_to_server()
        route.on_message(self._pass)

    def _pass(self, message: str | bytes) -> None:
        if self.holds and json.loads(message)["type"] == "draw":
            self._kept.append(message)
        else:
            self._server.send(message)

    def release(self) -> None:
        """The service is asked at last."""
        self.holds = False
        for message in self._kept:
            self._server.send(message)


def test_the_end_of_the_drawing_before_is_not_that_of_the_next(page: Page, site: Real, tmp_path: Path) -> None:
    """One that is still played when another is asked for stays as it is, and is taken away under its own name."""
    held = Held(page)
    page.goto("?category=cat&seed=3")
    finished(page)
    page.locator(SLOW).check()
    page.locator("#replay").click()
    held.holds = True
    page.locator("#seed").fill("4")
    page.locator("#seed").press("Enter")
    page.locator(AT_ONCE).check()  # what is played ends in the next frame
    painted(page)
    expect(page.locator("#subtitle")).to_have_text("seed 4")
    held.release()
    finished(page)
    file = take(page, "svg", tmp_path)
    assert (file.name, paths(file.read_text())) == ("cat-4.svg", paths(asked(site, "draw/cat?seed=4").text))
    held.holds = True
    page.locator("#new").click()
    assert take(page, "svg", tmp_path).name == "cat-4.svg"
