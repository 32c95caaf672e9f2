"""The page below a path of a proxy that takes the path away."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route, expect

from tests.app.real import Real
from tests.browser.conftest import PATIENCE


def test_the_slash_at_the_end_may_be_left_out(site: Real, context: BrowserContext) -> None:
    """People type /ink, and some proxies hand on the page for it: what it is made of lies at /ink/ all the same."""

    def pass_on(route: Route) -> None:
        parts = urlsplit(route.request.url)
        path = parts.path.removeprefix("/ink") or "/"
        route.fulfill(response=route.fetch(url=f"http://{site.host}{path}?{parts.query}"))

    context.route("**/ink**", pass_on)
    page = context.new_page()
    page.goto(f"http://{site.host}/ink?mode=sheet#here")
    expect(page.locator("#seed")).not_to_have_value("", timeout=PATIENCE)  # the service is asked below the path, too
    assert page.url.startswith(f"http://{site.host}/ink/?mode=sheet")
