"""Profiles of Chromium that visits take in turn: to start one costs more than what most visits do in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from tests.app.tiny import PATIENCE

# What Playwright leaves in each document to come, and cannot take back: its clock, and its part of WebSockets.
STAYS = "() => Object.getOwnPropertyNames(globalThis).some((name) => /^__pw(Clock|WebSocket)/.test(name))"


class Kind(NamedTuple):
    """What a profile is made for."""

    host: str  # of the service that `goto("?…")` leads to
    size: tuple[int, int]  # of the screen
    finger: bool  # on a phone


class Profile(NamedTuple):
    """A profile with one page, and a way to clear what its pages stored."""

    context: BrowserContext
    session: CDPSession


class Profiles:
    """Those of a browser. A visit finds nothing of the visits before, but files of the page in the browser's cache."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[Kind, Profile] = {}

    @contextmanager
    def lent(self, host: str, size: tuple[int, int], *, finger: bool = False) -> Iterator[BrowserContext]:
        """A profile for one visit, with an empty page, of one who wants little to move."""
        kind = Kind(host, size, finger)
        profile = self._free.pop(kind, None) or self._new(kind)
        is_fresh = False
        try:
            with scripts_taken_back():
                yield profile.context
            with suppress(Error):  # a page that crashed
                is_fresh = kind not in self._free and cleared(profile, kind)
        finally:
            if is_fresh:
                self._free[kind] = profile
            else:
                profile.context.close()

    def close(self) -> None:
        """Nobody comes any more."""
        while self._free:
            self._free.popitem()[1].context.close()

    def _new(self, kind: Kind) -> Profile:
        width, height = kind.size
        context = self._browser.new_context(
            base_url=f"http://{kind.host}/",
            viewport={"width": width, "height": height},
            has_touch=kind.finger,
            is_mobile=kind.finger,
            reduced_motion="reduce",
        )
        context.set_default_timeout(1000 * PATIENCE)
        return Profile(context, context.new_cdp_session(context.new_page()))


@contextmanager
def scripts_taken_back() -> Iterator[None]:
    """What is to run before each document, as a visit adds it to a page or a profile, ends with the visit."""
    take_back: list[Callable[[], object]] = []

    def noting(kind: type[Page | BrowserContext], patch: pytest.MonkeyPatch) -> None:
        add = kind.add_init_script

        def noted(*args: Any, **named: Any) -> Any:
            script = add(*args, **named)
            take_back.append(script.close)
            return script

        patch.setattr(kind, "add_init_script", noted)

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Page, BrowserContext):
            noting(kind, patch)
        yield
    for close in take_back:
        with suppress(Error):  # its page is closed
            close()


def cleared(profile: Profile, kind: Kind) -> bool:
    """Whether all that a visit did has been undone."""
    context, session = profile
    if not context.pages:
        return False
    page, *others = context.pages
    for other in others:
        other.close()
    for place in (page, context):
        place.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    session.send("Storage.clearDataForOrigin", {"origin": f"http://{kind.host}", "storageTypes": "all"})
    session.send("Page.resetNavigationHistory")
    context.clear_permissions()
    page.set_viewport_size({"width": kind.size[0], "height": kind.size[1]})
    page.emulate_media(reduced_motion="reduce", forced_colors="none")
    page.mouse.move(0, 0)
    return not page.evaluate(STAYS)
