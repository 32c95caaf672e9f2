"""The wall of drawings, and the temperature matrix."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.app.real import Real
from tests.browser.sketchbook import asked, finished, paths, paths_on, strokes_in, take


def test_the_wall_fills_as_one_scrolls(page: Page, site: Real) -> None:
    """More comes at the end of what is there; each is the service's drawing of its seed."""
    page.goto("?mode=sheet&category=cat&seed=100")
    cells = page.locator(".cell")
    expect(cells.nth(20)).to_be_attached()
    before = cells.count()
    page.locator("#wall").evaluate("wall => wall.scrollTo(0, wall.scrollHeight)")
    expect(cells.nth(before)).to_be_attached()
    for i in (0, 30):
        shown = strokes_in(cells.nth(i))
        assert shown == paths(asked(site, f"draw/cat?seed={100 + i}").text)


@pytest.mark.parametrize("matrix", ["false", "true"])
def test_cells_are_squares(page: Page, matrix: str) -> None:
    """By the drawing in them: of a cell with padding WebKit makes something higher."""
    page.goto(f"?mode=sheet&category=cat&seed=100&matrix={matrix}")
    cell = page.locator(".cell").nth(5)
    expect(cell.locator("path").first).to_be_attached()
    box = cell.bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 1
    assert cell.locator("svg").evaluate("svg => getComputedStyle(svg).aspectRatio") == "1 / 1"


def test_each_can_be_opened(page: Page, tmp_path: Path) -> None:
    """A drawing of the wall is drawn anew, live, and Back leads to the same wall."""
    page.goto("?mode=sheet&category=cat&seed=100")
    cell = page.locator(".cell").nth(2)
    expect(cell.locator("path").first).to_be_attached()
    shown = strokes_in(cell)
    wall = page.url
    cell.click()
    finished(page)
    assert paths_on(page, tmp_path) == shown
    assert "seed=102" in page.url
    page.go_back()
    expect(page).to_have_url(wall)
    expect(page.locator(".cell").nth(2)).to_be_visible()


def test_sliders_draw_the_wall_anew(page: Page, site: Real) -> None:
    """The same seeds at the new temperatures."""
    page.goto("?mode=sheet&category=cat&seed=100")
    expect(page.locator(".cell").nth(5)).to_be_attached()
    page.locator("#temp_xy").fill("0")
    expect(page).to_have_url(f"http://{site.host}/?mode=sheet&category=cat&seed=100&temp_xy=0&temp_p=0.5")
    cell = page.locator(".cell").nth(1)
    expect(cell).to_have_attribute("aria-label", "cat, seed 101, temperatures 0 and 0.5")


def test_the_matrix(page: Page, site: Real) -> None:
    """One seed at five by five temperatures, under headings that name them."""
    page.goto("?mode=sheet&category=cat&seed=7&matrix=true")
    expect(page.locator("td .cell")).to_have_count(25)
    labels = [cell.get_attribute("aria-label") for cell in page.locator("td .cell").all()]
    across = page.locator("thead th").all_inner_texts()
    down = page.locator("tbody th").all_inner_texts()
    assert labels == [f"cat, seed 7, temperatures {xy} and {p}" for p in down for xy in across]
    last = strokes_in(page.locator("td .cell").last)
    assert last == paths(asked(site, f"draw/cat?seed=7&temp_xy={across[-1]}&temp_p={down[-1]}").text)
    page.locator("#matrix").click()
    expect(page.locator("li .cell").first).to_be_visible()


def test_the_matrix_is_taken_away_as_it_lies(page: Page, tmp_path: Path) -> None:
    """Whichever drawing came first; while one is wanting, its row is left out."""
    held: list[Route] = []
    page.route(re.compile("temp_xy=0.1&temp_p=0.4"), lambda route: held.append(route))  # noqa: PLW0108 - as in test_layout
    page.goto("?mode=sheet&category=cat&seed=7&matrix=true")
    cells = page.locator("td .cell")
    expect(cells).to_have_count(24)
    assert len(json.loads(take(page, "json", tmp_path).read_text())) == 20
    held[0].continue_()
    expect(cells).to_have_count(25)
    taken = [(each["temp_xy"], each["temp_p"]) for each in json.loads(take(page, "json", tmp_path).read_text())]
    heats = [0.1, 0.4, 0.7, 1, 1.3]
    assert taken == [(xy, p) for p in heats for xy in heats]
