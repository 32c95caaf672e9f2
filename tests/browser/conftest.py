"""A real Chromium, and a real service with small networks, for all tests of this folder."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.app.real import Real, real
from tests.app.seer import Seer, give
from tests.app.tiny import subject_card, write_checkpoint, write_network
from tests.browser.profiles import Profiles

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the first is lighter
PATIENCE = 60_000  # ms for what is waited for: other work may keep the machine busy
QUICK_DRAW, GROUPS = 345, 18  # categories, and groups of them
DESK, PHONE = (1440, 900), (390, 844)
WINDOW = (1100, 700)  # on a desk, with fewer pixels to paint, for what does not depend on its size


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
def sighted(drawn_by: Path) -> Iterator[Real]:
    """A service that recognises drawings: three strokes are a cat, a mast is a tower, all else a penguin."""
    with pytest.MonkeyPatch.context() as patch:
        give(patch, Seer())
        with real(drawn_by) as running:
            patch.undo()
            yield running


@pytest.fixture(scope="package")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A service with one network that draws as many categories as Quick, Draw! has, in groups, with aliases."""
    root = tmp_path_factory.mktemp("gallery")
    named = {"airplane": ["plane", "aircraft"], "elephant": [], "penguin": ["emperor penguin"], "cat": ["kitten"]}
    numbered = {f"sample number {number}": [f"another name of {number}"] for number in range(QUICK_DRAW - len(named))}
    subjects = [
        subject_card(name, max_points=160, group=f"group {number % GROUPS}", aliases=aliases, seed=number)
        for number, (name, aliases) in enumerate({**named, **numbered}.items())
    ]
    write_network(root, "gallery", "gallery", subjects)
    with real(root) as running:
        yield running


@pytest.fixture(scope="package")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A service with a network that reads drawings and draws by latent codes, and one of a tower that does not."""
    root = tmp_path_factory.mktemp("coded")
    write_network(
        root, "animals", "animals", [subject_card(name, max_points=160) for name in ("penguin", "cat", "dog")]
    )
    write_checkpoint(root, "The Eiffel Tower")
    with real(root) as running:
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


@pytest.fixture(scope="package")
def profiles(browser: Browser) -> Iterator[Profiles]:
    """Those that visits take in turn."""
    with closing(Profiles(browser)) as profiles:
        yield profiles


@contextmanager
def visit(profiles: Profiles, site: Real, size: tuple[int, int] = WINDOW) -> Iterator[BrowserContext]:
    """A fresh profile in which `goto("?…")` leads to a service, for one who wants little to move.

    Drawings come at once there: frames of one that grows are most of what a browser without a graphics card costs.
    """
    with profiles.lent(site.host, size) as context:
        yield context


@contextmanager
def by_finger(profiles: Profiles, site: Real) -> Iterator[BrowserContext]:
    """The same on a phone, under a finger."""
    with profiles.lent(site.host, PHONE, finger=True) as context:
        yield context


@contextmanager
def opened(context: BrowserContext) -> Iterator[Page]:
    """Its page; whatever the browser complains of, its content policy included, fails the test."""
    [page] = context.pages
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def fail(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", hear)
    page.on("pageerror", fail)
    yield page
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", fail)
    assert complaints == []


@contextmanager
def landed(profiles: Profiles, site: Real, size: tuple[int, int] = WINDOW) -> Iterator[Page]:
    """A page of a service, in a profile of its own."""
    with visit(profiles, site, size) as context, opened(context) as page:
        yield page


@pytest.fixture
def context(profiles: Profiles, site: Real) -> Iterator[BrowserContext]:
    """A fresh profile on a desk, at the service that most tests share."""
    with visit(profiles, site) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of it."""
    with opened(context) as page:
        yield page


@pytest.fixture
def unhurried(page: Page) -> Page:
    """The same for one who likes motion: drawings come at a human pace, and the view glides."""
    page.emulate_media(reduced_motion="no-preference")
    return page
