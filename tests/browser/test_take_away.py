"""What is taken away: files that other programs read, links and commands that work."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import BrowserContext, Page, expect

from model.strokes import validate
from tests.app.real import Real
from tests.browser.sketchbook import asked, draw_circle, finished, paths, paths_on, take

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def watched(page: Page) -> Page:
    """A finished drawing of two strokes or more."""
    page.goto("?category=cat&seed=3")
    finished(page)
    return page


@pytest.fixture
def clipboard(context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])


def copied(page: Page, kind: str) -> str:
    page.locator(f"[data-take={kind}]").click()
    expect(page.locator("#taken")).to_contain_text("clipboard")
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text


def test_svg(watched: Page, site: Real, tmp_path: Path) -> None:
    """A document with one path for each stroke, the service's own, and a title that names the drawing."""
    file = take(watched, "svg", tmp_path)
    assert file.name == "cat-3.svg"
    root = ElementTree.parse(file).getroot()
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "cat, seed 3"
    strokes = paths(file.read_text())
    assert strokes == paths(asked(site, "draw/cat?seed=3").text)
    assert len(list(root.iter(f"{SVG}path"))) == len(strokes)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    points = np.concatenate([stroke.course.reshape(-1, 2) for stroke in strokes])
    assert (points > (left, top)).all()
    assert (points < (left + width, top + height)).all()


def test_png(watched: Page, tmp_path: Path) -> None:
    """Dark lines on white, 1200 pixels on the longer side."""
    with Image.open(take(watched, "png", tmp_path)) as image:
        image.load()
        assert (image.format, max(image.size)) == ("PNG", 1200)
        grey = np.asarray(image.convert("L"))
    assert grey[0, 0] == 255
    assert 0.001 < (grey < 128).mean() < 0.5


def test_gif(watched: Page, tmp_path: Path) -> None:
    """It draws itself, stroke by stroke, for ever; its last frame is the whole drawing."""
    with Image.open(take(watched, "gif", tmp_path)) as image:
        assert (image.format, image.info["loop"]) == ("GIF", 0)
        frames = [np.asarray(frame.convert("L")) < 128 for frame in ImageSequence.Iterator(image)]
        assert image.info["duration"] >= 1000  # of the last: a rest before it begins again
    ink = [int(frame.sum()) for frame in frames]
    assert len(frames) > 2
    assert ink == sorted(ink)
    assert ink[0] < ink[-1]


def test_json(watched: Page, site: Real, tmp_path: Path) -> None:
    """The keys and the rows of the service's own answer."""
    ours = json.loads(take(watched, "json", tmp_path).read_text())
    theirs = asked(site, "draw/cat?seed=3&format=json").json()
    assert ours["stroke5"] == theirs["stroke5"]
    assert {key: ours[key] for key in theirs if key != "strokes"} == {k: v for k, v in theirs.items() if k != "strokes"}
    for mine, whole in zip(ours["strokes"], theirs["strokes"], strict=True):
        assert np.allclose(mine, whole, atol=1e-3)


def test_link(watched: Page, clipboard: None, tmp_path: Path) -> None:
    """It brings the drawing back in another page."""
    first = paths_on(watched, tmp_path)
    other = watched.context.new_page()
    other.goto(copied(watched, "link"))
    finished(other)
    assert paths_on(other, tmp_path) == first


def test_sharing_and_copying(page: Page, clipboard: None) -> None:
    """Where the device shares, it is asked to share title and link; a picture is put on the clipboard as PNG."""
    page.add_init_script("navigator.share = async (shared) => { window.shared_ = shared; };")
    page.goto("?category=cat&seed=3")
    finished(page)
    page.locator("[data-take=share]").click()
    assert page.evaluate("() => window.shared_") == {"title": "cat, seed 3", "url": page.url}
    page.locator("[data-take=picture]").click()
    expect(page.locator("#taken")).to_contain_text("picture is on the clipboard")
    kinds = page.evaluate("async () => (await navigator.clipboard.read()).flatMap(({ types }) => types)")
    assert "image/png" in kinds
    buttons = page.locator("[data-take]").evaluate_all("(all) => all.map((each) => each.dataset.take)")
    assert buttons == ["share", "picture", "link", "png", "svg", "gif", "json", "curl"]


def test_a_drawing_too_long_for_a_link_is_shared_as_a_picture(page: Page) -> None:
    """The page says so, and copies no link that a proxy would cut off."""
    page.add_init_script("navigator.share = async (shared) => { window.shared_ = shared; };")
    page.goto("?mode=together&category=cat&given=" + ".".join(f"{x % 97}.{90 * (x % 2)}" for x in range(1600)))
    expect(page.locator("#again")).to_be_enabled()
    page.locator("[data-take=share]").click()
    expect(page.locator("#taken")).to_contain_text("too many points for a link")
    kinds = page.evaluate("() => [window.shared_.url ?? null, ...window.shared_.files.map(({ type }) => type)]")
    assert kinds == [None, "image/png"]
    page.locator("[data-take=link]").click()
    expect(page.locator("#taken")).to_contain_text("as a picture")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("mode", ["watch", "together", "sheet", "sheet&matrix=true"])
def test_curl(page: Page, clipboard: None, mode: str, tmp_path: Path) -> None:
    """A shell that runs the command gets what is on the screen."""
    page.goto(f"?mode={mode}&category=cat&seed=3")
    if mode == "together":
        draw_circle(page)
        expect(page.locator("#keep")).to_be_enabled()
    else:
        expect(page.locator("#subtitle")).to_contain_text("3")
    command = copied(page, "curl")
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True)
    text = done.stdout + "".join(path.read_text() for path in tmp_path.iterdir())
    if mode == "together":
        assert json.loads(text)["drawings"][0]["given_strokes"] == 1
    else:
        assert text.count("<svg") == (25 if "matrix" in mode else 1)


@pytest.mark.parametrize("mode", ["together", "sheet", "matrix"])
def test_other_modes_can_be_taken_away_too(page: Page, mode: str, tmp_path: Path) -> None:
    """A drawing of two hands is one picture; of a wall, what is on the screen."""
    page.goto({"matrix": "?mode=sheet&matrix=true&seed=5"}.get(mode, f"?mode={mode}&category=cat&seed=5"))
    if mode == "together":
        draw_circle(page)
        begun = re.compile("^cat, drawn together: 1 of your strokes; the machine (draws|added)")
        expect(page.locator("#canvas")).to_have_attribute("aria-label", begun)
    else:
        expect(page.locator(".cell").nth(23)).to_be_attached()
    expect(page.locator(".cell:not(:has(svg))")).to_have_count(0)
    ElementTree.parse(take(page, "svg", tmp_path))
    for kind in ("png", "gif"):
        with Image.open(take(page, kind, tmp_path)) as image:
            image.load()
            assert image.format == kind.upper()
    found = json.loads(take(page, "json", tmp_path).read_text())
    assert mode != "together" or found["system"] == "gmm16_3"
    drawn = [drawing for drawing in ([found] if mode == "together" else found) if drawing["points"]]
    assert drawn
    for drawing in drawn:  # a network that knows nothing may end at once
        validate(np.array(drawing["stroke5"], np.float32))


def test_nothing_to_take(page: Page) -> None:
    """An empty paper is no file; the page says so."""
    page.goto("?mode=together&category=cat")
    page.locator("[data-take=svg]").click()
    expect(page.locator("#taken")).to_contain_text("nothing")
