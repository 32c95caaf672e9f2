"""Profiles that visits take in turn."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.app.real import Real
from tests.browser.conftest import DESK, PHONE
from tests.browser.profiles import Profiles

# What one visit can leave for another. In what a page stores, as in what it can ask of the browser.
SEEN = """async () => {
  const asked = await fetch("healthz").then((answer) => answer.status);
  const state = async (name) => (await navigator.permissions.query({ name })).state;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    stored: [{ ...localStorage }, { ...sessionStorage }, document.cookie],
    kept: [await caches.keys(), (await indexedDB.databases()).length],
    asked, script: [window.ofPage ?? null, window.ofProfile ?? null],
    permission: await state("clipboard-read"), size: [innerWidth, innerHeight], still,
    history: history.length,
  };
}"""
LEAVE = """async () => {
  localStorage.left = sessionStorage.left = document.cookie = "left=1";
  await caches.open("left");
  await new Promise((done) => (indexedDB.open("left").onsuccess = done));
}"""


def empty(page: Page) -> None:
    """A document of the service's origin."""
    with page.route("**/empty.html", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")):
        page.goto("empty.html")


def seen(context: BrowserContext) -> dict[str, Any]:
    """What a visit finds."""
    page = context.pages[0]
    empty(page)
    found: dict[str, Any] = page.evaluate(SEEN)
    return found


def leave_all(context: BrowserContext) -> None:
    """Do whatever a visit can do."""
    [page] = context.pages

    def refuse(route: Route) -> None:
        route.fulfill(status=418)

    page.add_init_script("window.ofPage = 1")
    context.add_init_script("window.ofProfile = 1")
    context.grant_permissions(["clipboard-read"])
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size({"width": 500, "height": 400})
    page.goto("about:blank")
    empty(page)
    page.evaluate(LEAVE)
    context.route("**/healthz", refuse)
    page.route("**/healthz", refuse)
    context.new_page().goto("healthz")


def test_a_visit_finds_nothing_of_the_one_before(browser: Browser, site: Real) -> None:
    """Stored, permitted, changed or opened: in the same profile all is as in one where nobody has been."""
    with closing(Profiles(browser)) as profiles:
        with profiles.lent(site.host, DESK) as first:
            new = seen(first)
            leave_all(first)
            left = seen(first)
        with profiles.lent(site.host, DESK) as second:
            assert second is first
            assert seen(second) == new
    assert not [name for name in new if left[name] == new[name]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.clock.install(),
        lambda page: page.route_web_socket("**/ws/*", lambda _: None),
        lambda page: page.close(),
    ],
    ids=["clock", "WebSocket", "closed"],
)
def test_what_cannot_be_undone_ends_the_profile(browser: Browser, site: Real, spoil: Callable[[Page], object]) -> None:
    """A clock of the test's, a WebSocket that it answers, a page that it closed: the next visit has a new profile."""
    with closing(Profiles(browser)) as profiles:
        with profiles.lent(site.host, DESK) as first:
            empty(first.pages[0])
            spoil(first.pages[0])
        with profiles.lent(site.host, DESK) as second:
            assert second is not first


def test_visits_at_once_have_profiles_of_their_own(browser: Browser, site: Real) -> None:
    """So do those of another screen, and one after a visit that failed."""
    with closing(Profiles(browser)) as profiles:
        with profiles.lent(site.host, DESK) as first, profiles.lent(site.host, DESK) as second:
            assert first is not second
        with (
            profiles.lent(site.host, PHONE) as other,
            pytest.raises(ZeroDivisionError),
            profiles.lent(site.host, DESK) as third,
        ):
            raise ZeroDivisionError
        with profiles.lent(site.host, DESK) as fourth:
            assert len({first, other, third, fourth}) == 4
