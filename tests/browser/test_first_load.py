"""What opening the page costs."""

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.app.real import Real
from tests.browser.conftest import DESK, PHONE, QUICK_DRAW, landed
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import finished

MOST = 150_000  # bytes over the wire, thumbnails and the first drawing included


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_first_load_is_small(
    browser: Browser, gallery: Real, size: tuple[int, int], record_property: Callable[[str, object], None]
) -> None:
    """Everything that is transferred before anybody presses anything, where hundreds of things can be drawn.

    How long the first stroke took is reported.
    """
    with closing(Profiles(browser)) as nothing_cached, landed(nothing_cached, gallery, size) as page:
        measure(page.context, page, record_property)


def measure(context: BrowserContext, page: Page, record_property: Callable[[str, object], None]) -> None:
    """Open the page, and compare what it takes with what is allowed."""
    transferred: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: transferred.append(event["encodedDataLength"]))
    session.on(
        "Network.webSocketFrameReceived", lambda event: transferred.append(len(event["response"]["payloadData"]))
    )
    page.goto("?mode=watch")
    finished(page)
    page.wait_for_load_state("networkidle")
    stroke = page.evaluate("() => performance.getEntriesByName('first stroke')[0].startTime")
    record_property("bytes", sum(transferred))
    record_property("first_stroke_ms", stroke)
    print(f"first load: {sum(transferred):.0f} bytes, first stroke after {stroke:.0f} ms")  # noqa: T201 - for whoever runs it with -s
    assert len(transferred) > 20
    assert sum(transferred) < MOST
    asked = page.evaluate(
        "() => performance.getEntriesByType('resource').filter(({ name }) => /thumbnail/.test(name)).length"
    )
    assert 3 < asked < QUICK_DRAW / 4  # only what is about to be seen
