"""Ink in Chromium: the curves of the canvas, and pictures that draw themselves."""

import base64
import io

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from model.picture.animation import Animation
from model.picture.curves import smooth
from model.picture.look import Look
from model.picture.svg import to_svg
from model.strokes import from_polylines, to_polylines

BOX = from_polylines([[(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)], [(50, 50)]])
SEEK = "time => document.getAnimations().forEach(each => { each.pause(); each.currentTime = time })"


def ink(page: Page) -> float:
    """How much of the page is dark."""
    shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return float((np.asarray(shot) < 128).mean())


def test_an_svg_draws_itself(unhurried: Page) -> None:
    """Nothing at first, half of the ink at half of its time, all of it at the end; in an `img` it runs by itself."""
    page = unhurried
    page.set_viewport_size({"width": 300, "height": 300})
    page.set_content(to_svg(BOX))
    whole = ink(page)
    page.set_content(to_svg(BOX, Look(animation=Animation(duration=4, delay=1))))
    seen = []
    for time in (0, 500, 3000, 5000):
        page.evaluate(SEEK, time)
        seen.append(ink(page) / whole)
    np.testing.assert_allclose(seen, [0, 0, 0.5, 1], atol=0.02)
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    np.testing.assert_allclose(ink(page), whole, rtol=0.01)
    page.emulate_media(reduced_motion="no-preference")
    text = base64.b64encode(to_svg(BOX, Look(animation=Animation(duration=60))).encode()).decode()
    page.set_content(f'<img width="284" src="data:image/svg+xml;base64,{text}">')
    early = ink(page)
    while (grown := ink(page)) == early:
        page.wait_for_timeout(100)
    assert early < grown


def test_the_canvas_has_the_curves_of_the_service(page: Page) -> None:
    """The same numbers, for corners, arcs, a seam and a dot; and the paper's view holds their bulges."""
    ring = [(40 * np.cos(turn), 40 * np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 9)]
    hook = [(0, 0), (60, 5), (70, 20), (64, 24), (-30, 20), (-33, 90)]
    strokes = to_polylines(from_polylines([ring, [(5, 5)], hook, *([list(stroke) for stroke in to_polylines(BOX)])]))
    page.goto("")
    got = page.evaluate(
        """async (strokes) => {
          const main = document.querySelector("script[src$='main.js']").src;
          const { boundsOf, curves } = await import(main.replace("main.js", "paper/curves.js"));
          const box = boundsOf(strokes.map((points) => ({ points })));
          return { curves: strokes.flatMap((points) => curves(points)), box };
        }""",
        [stroke.tolist() for stroke in strokes],
    )
    want = smooth(strokes)
    np.testing.assert_allclose(got["curves"], want.pieces, atol=1e-9)
    np.testing.assert_allclose(got["box"], np.concatenate(want.bounds()), atol=0.3)
