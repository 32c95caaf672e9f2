"""What a person does with the sketchbook, and what they see."""

import math
import re
from collections.abc import Iterable
from pathlib import Path

import httpx2
import numpy as np
from playwright.sync_api import FloatRect, Locator, Page, expect

from model.picture.curves import Curves, Floats
from model.picture.path import GRID
from tests.app.real import Real
from tests.app.tiny import PATIENCE
from tests.model.picture.reading import subpaths

OF_SERVICE = 'transform="scale(.25)"'
UNSEEN = 0.6  # pixels: both round, and the service simplifies
CORNERS = 12  # of a circle that is drawn: the page paints a frame for each
PATH = re.compile(r'<path[^>]* d="([^"]+)"')


def finished(page: Page) -> None:
    """Wait until the drawing that is watched is whole."""
    expect(page.locator("#subtitle")).to_contain_text("stroke")


def painted(page: Page) -> None:
    """Wait until what was begun before is on the screen."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def pixels(page: Page) -> bytes:
    """The drawing on the screen."""
    return page.locator("#canvas").screenshot()


def take(page: Page, kind: str, folder: Path) -> Path:
    """What the button for a kind of file saves."""
    with page.expect_download() as download:
        page.locator(f"[data-take={kind}]").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


class Stroke:
    """The course of a stroke: another is equal to it when one cannot see the difference."""

    def __init__(self, curves: Floats) -> None:
        self.course = Curves(curves, np.array([0])).at(np.linspace(0, 1, 5))  # [s, 5, 2]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stroke) or self.course.shape != other.course.shape:
            return False
        return bool(np.abs(self.course - other.course).max() < UNSEEN)

    __hash__ = None  # type: ignore[assignment] # what is only nearly equal has none

    def __repr__(self) -> str:
        return f"Stroke({self.course[:, 0].round(1).tolist()})"


def strokes_of(data: Iterable[str], scale: float = 1.0) -> list[Stroke]:
    """The strokes of path data."""
    return [Stroke(scale * curves) for each in data for curves in subpaths(each)]


def strokes_in(place: Locator) -> list[Stroke]:
    """The strokes of a drawing on the page."""
    return strokes_of(str(path.get_attribute("d")) for path in place.locator("path").all())


def paths(svg: str) -> list[Stroke]:
    """Each stroke of an SVG, of the service or of the page, which have each its own way of writing them."""
    return strokes_of(PATH.findall(svg), 1 / GRID if OF_SERVICE in svg else 1.0)


def paths_on(page: Page, folder: Path) -> list[Stroke]:
    """The strokes of what is on the screen."""
    return paths(take(page, "svg", folder).read_text())


def asked(site: Real, path: str) -> httpx2.Response:
    """What the service answers to somebody else."""
    answer = httpx2.get(f"http://{site.host}/{path}", timeout=PATIENCE, verify=False)  # no certificates are read
    assert answer.status_code == 200
    return answer


def long_seed(site: Real) -> int:
    """A seed whose cat has so many points that one can do something in the middle, on a busy machine too."""
    for first in range(0, 1024, 64):
        for drawing in asked(site, f"draw/cat?format=json&count=64&seed={first}").json()["drawings"]:
            if drawing["points"] > 120:
                return int(drawing["seed"])
    raise AssertionError("no cat is that long")


def paper(page: Page) -> FloatRect:
    """Where the paper is on the screen."""
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    return box


def draw_circle(page: Page, part: float = 0.25) -> None:
    """Press the mouse, draw a circle in the middle of the paper, and lift it; `part`: radius to the paper's height."""
    box = paper(page)
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] * part
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for step in range(1, CORNERS + 1):
        angle = step / CORNERS * 2 * math.pi
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    page.mouse.up()
