"""What opening the page costs."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from tests.browser.sketchbook import finished

MOST = 150_000  # bytes over the wire, thumbnails and the first drawing included


def test_first_load_is_small(
    context: BrowserContext, page: Page, record_property: Callable[[str, object], None]
) -> None:
    """Everything that is transferred before anybody presses anything; how long the first stroke took is reported."""
    transferred: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: transferred.append(event["encodedDataLength"]))
    session.on(
        "Network.webSocketFrameReceived", lambda event: transferred.append(len(event["response"]["payloadData"]))
    )
    page.goto("")
    finished(page)
    stroke = page.evaluate("() => performance.getEntriesByName('first stroke')[0].startTime")
    record_property("bytes", sum(transferred))
    record_property("first_stroke_ms", stroke)
    print(f"first load: {sum(transferred):.0f} bytes, first stroke after {stroke:.0f} ms")  # noqa: T201 - for whoever runs it with -s
    assert len(transferred) > 20
    assert sum(transferred) < MOST
