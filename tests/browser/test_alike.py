"""Nine alike: drawings like one of ours, or like one that a person drew."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.real import Real
from tests.browser.conftest import by_finger, landed, opened, visit
from tests.browser.profiles import Profiles
from tests.browser.sketchbook import Stroke, asked, draw_circle, finished, paths, paths_on, strokes_in, take
from tests.browser.test_together import answered

NINE = "#likenesses a"


@pytest.fixture
def page(profiles: Profiles, coded: Real) -> Iterator[Page]:
    """A page of the service that knows likenesses."""
    with landed(profiles, coded) as page:
        yield page


def shown(page: Page) -> list[list[Stroke]]:
    """The strokes of each of the nine."""
    expect(page.locator(NINE)).to_have_count(9)
    return [strokes_in(one) for one in page.locator(NINE).all()]


def drawn(page: Page) -> None:
    """A circle of a person's, which the machine has finished as a cat."""
    page.goto("?mode=together&category=cat")
    draw_circle(page)
    answered(page)


def test_nine_like_one_of_ours(page: Page, coded: Real) -> None:
    """A button beside the drawing that is watched shows nine like it, which are the service's own."""
    page.goto("?category=cat&seed=7")
    finished(page)
    page.locator("#alike_watched").click()
    nine = shown(page)
    assert "like=7" in page.url
    expect(page.locator("#subtitle")).to_have_text("nine like seed 7")
    expect(page.locator("#original path").first).to_be_attached()
    original = strokes_in(page.locator("#original"))
    assert original == paths(asked(coded, "draw/cat?seed=7").text)
    seed = page.url.partition("seed=")[2].partition("&")[0]
    theirs = asked(coded, f"draw/cat?like=7&count=9&closeness=0.75&seed={seed}&format=json").json()["drawings"]
    assert [len(each) for each in nine] == [len(each["strokes"]) for each in theirs]


def test_each_can_be_opened_and_shared(page: Page, tmp_path: Path) -> None:
    """It is drawn live by its latent code, a link brings it back, nine are like it in turn, and Back leads back."""
    page.goto("?mode=alike&category=cat&like=7&closeness=1&seed=3")
    third, nine = shown(page)[2], page.url
    page.locator(NINE).nth(2).click()
    finished(page)
    address = page.url
    assert "latent=" in address
    assert paths_on(page, tmp_path) == third
    page.goto("about:blank")
    page.goto(address)
    finished(page)
    assert paths_on(page, tmp_path) == third
    page.locator("#alike_watched").click()
    expect(page.locator("#subtitle")).to_have_text("nine like yours")
    shown(page)
    page.goto(nine)
    page.locator(NINE).nth(2).click()
    finished(page)
    page.go_back()
    expect(page).to_have_url(nine)
    assert shown(page)[2] == third


def test_closeness_and_nine_others(page: Page) -> None:
    """The slider, by keyboard too, draws nine nearer or farther of the same seed; the button nine of another."""
    page.goto("?mode=alike&category=cat&like=7&seed=3")
    first = shown(page)
    page.locator("#closeness").focus()
    with page.expect_response(lambda answer: "closeness=1" in answer.url):
        page.keyboard.press("End")
    expect(page.locator("#closeness_value")).to_have_text("1.00")
    close = shown(page)
    assert (close != first, "closeness=1" in page.url, "seed=3" in page.url) == (True, True, True)
    with page.expect_response(lambda answer: "like=7" in answer.url):
        page.locator("#others").click()
    assert shown(page) != close
    assert "seed=3&" not in page.url


def test_nine_like_mine(page: Page, tmp_path: Path) -> None:
    """What is on the paper that two hands drew has nine alike; a link with my strokes brings them back."""
    drawn(page)
    page.locator("#alike_drawn").click()
    nine = shown(page)
    address = page.url
    expect(page.locator("#title")).to_have_text("cat")
    expect(page.locator("#original .person")).to_have_count(1)
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == nine
    saved = json.loads(take(page, "json", tmp_path).read_text())
    assert [each["category"] for each in saved] == ["cat"] * 9


def test_another_category_has_others_like_it(page: Page) -> None:
    """Of the list on the left: my strokes stay."""
    drawn(page)
    page.locator("#alike_drawn").click()
    shown(page)
    page.locator("#categories a", has_text="dog").click()
    expect(page.locator("#title")).to_have_text("dog")
    shown(page)
    expect(page.locator("#original .person")).to_have_count(1)


def test_a_network_without_latent_codes_is_said(profiles: Profiles, coded: Real) -> None:
    """The service says why there are none; another category takes the notice back."""
    with visit(profiles, coded) as context:
        [page] = context.pages  # which complains of the answer, too
        page.goto("?mode=alike&category=the-eiffel-tower&like=7")
        expect(page.locator("#notice")).to_contain_text("latent codes")
        expect(page.locator("#likenesses")).to_be_hidden()
        page.locator("#categories a", has_text="cat").click()
        shown(page)
        expect(page.locator("#notice")).to_be_hidden()


def test_by_touch_on_a_phone(profiles: Profiles, coded: Real) -> None:
    """A tap on the button, and one on the drawing."""
    with by_finger(profiles, coded) as context, opened(context) as page:
        page.goto("?category=cat&seed=7")
        finished(page)
        page.locator("#alike_watched").tap()
        shown(page)
        page.locator(NINE).nth(4).tap()
        finished(page)
        assert "system=animals" in page.url
