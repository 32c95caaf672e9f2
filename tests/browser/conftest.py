"""A real Chromium, and a real service with small networks, for all tests of this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app.real import Real, real
from tests.app.tiny import write_checkpoint

CHROMIUM = shutil.which("chromium")
PATIENCE = 20_000  # ms for what is waited for: other work may keep the machine busy
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="package")
def drawn_by(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints of three categories."""
    root = tmp_path_factory.mktemp("checkpoints")
    for category in ("penguin", "cat", "The Eiffel Tower"):
        write_checkpoint(root, category, max_points=160)  # room for what a person draws
    return root


@pytest.fixture(scope="package")
def site(drawn_by: Path) -> Iterator[Real]:
    """The service that most tests share."""
    with real(drawn_by) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium; `scripts/programs` installs it where it can."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; Debian: apt install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        # no sandbox: in a container the tests run as root, and the only page is our own
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, site: Real) -> Iterator[BrowserContext]:
    """A fresh profile on a desk, in which `goto("?…")` leads to the service."""
    context = browser.new_context(base_url=f"http://{site.host}/", viewport={"width": DESK[0], "height": DESK[1]})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of it; whatever the browser complains of, its content policy included, fails the test."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
