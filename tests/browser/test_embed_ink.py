"""What pages of others show: the ink of 128 drawings of each of eight categories, inside."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.routes.page import EMBED, STATIC
from model.checkpoint import load_checkpoint
from model.drawing import Drawing, draw
from model.picture.svg import to_svg
from model.strokes import to_polylines
from tests.browser.conftest import PATIENCE
from tests.browser.ink import INK
from tests.browser.test_embed import DOCS, DRAWN

pytestmark = pytest.mark.slow

QUICKDRAW = Path(__file__).parents[2] / "checkpoints" / "quickdraw"
CATEGORIES = ("penguin", "cat", "face", "firetruck", "crab", "the-eiffel-tower", "giraffe", "snake")
SEEDS = 128
Drawings = dict[str, list[Drawing]]

# Stands for the service: `canned[category]` are drawings as the API's JSON; `next` is the one that is asked for next.
SERVICE = """
  class Fake extends EventTarget {
    constructor(url) {
      super();
      const [, category, seed] = new URL(url).href.match(/draw\\/([^/?]+).*?seed=(\\d+)/) ?? [];
      this.drawing = seed ? canned[category][seed] : window.next;
      this.url = url;
      queueMicrotask(() => this.send());
    }
    later(act) {
      queueMicrotask(act); // a timer takes four milliseconds
    }
    send() {
      const rows = this.drawing.stroke5;
      const half = rows.length >> 1;
      this.say("start", {});
      this.say("points", { stroke5: rows.slice(0, half) });
      this.later(() => this.say("points", { stroke5: rows.slice(half) }) || this.say("end", {}));
    }
    say(type, message) {
      const data = JSON.stringify({ type, ...message });
      this.dispatchEvent(new MessageEvent(type, { data }));
      this.onmessage?.({ data });
    }
    close() {}
  }
  window.WebSocket = Fake;
  window.EventSource = class extends Fake {
    later(act) {
      setTimeout(act, 40);
    }
  };
  window.fetch = async () => ({ json: async () => window.next });
"""
# As much of p5 as the docs use: its canvas is clear, so that ink on the edge is found.
P5 = """
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const context = canvas.getContext("2d");
  const [width, height, frameCount] = [300, 300, 1e6];
  const createCanvas = () => { canvas.width = width; canvas.height = height; };
  const [min, max] = ["min", "max"].map((name) => (...values) => Math[name](...values.flat()));
  const [noFill, background] = [() => {}, () => {}];
  const strokeWeight = (value) => { context.lineWidth = value; context.lineCap = context.lineJoin = "round"; };
  const [translate, scale] = [(x, y) => context.translate(x, y), (by) => context.scale(by, by)];
  const [beginShape, endShape] = [() => context.beginPath(), () => context.stroke()];
  const vertex = (x, y) => context.lineTo(x, y);
"""
ELEMENTS = """async (category) => {
  const asked = canned[category].map((_, seed) =>
    `<inkstream-drawing category="${category}" seed="${seed}" animate pace="3000"></inkstream-drawing>`);
  let [left, cropped] = [asked.length, 0];
  document.body.innerHTML = `<style>inkstream-drawing { width: 40px }</style>${asked.join("")}`;
  const all = new Promise((done) => { document.body.addEventListener("inkstream-done", () => --left || done()); });
  const watching = setInterval(() => { cropped += ink().filter(({ inside }) => !inside).length; }, 50);
  await all;
  clearInterval(watching);
  return [cropped, ink().filter(({ found, inside }) => found && inside).length];
}"""
SNIPPET = """async ({ html, script }) => {
  const run = new (async () => {}).constructor(script);
  let fine = 0;
  for (const drawing of Object.values(canned).flat()) {
    document.body.innerHTML = html;
    window.next = drawing;
    await run();
    for (let turn = 0; turn < 5; turn += 1) await null;
    const [{ found, inside }] = ink();
    fine += found && inside;
  }
  return fine;
}"""


@pytest.fixture(scope="module")
def drawings() -> Drawings:
    """What the committed network draws, by slug."""
    network = load_checkpoint(QUICKDRAW)
    subjects = {subject.slug: (number, subject) for number, subject in enumerate(network.card.subjects)}
    asked = [subjects[slug] for slug in CATEGORIES for _ in range(SEEDS)]
    drawn = draw(
        network,
        [*range(SEEDS)] * len(CATEGORIES),
        temp_xy=[subject.temp_xy for _, subject in asked],
        temp_p=[subject.temp_p for _, subject in asked],
        max_points=max(subject.max_points for _, subject in asked),
        subject=[number for number, _ in asked],
    )
    return {slug: drawn[i * SEEDS : (i + 1) * SEEDS] for i, slug in enumerate(CATEGORIES)}


@pytest.fixture(scope="module")
def page(browser: Browser, drawings: Drawings) -> Iterator[Page]:
    """A page where these are all that a service draws."""

    def as_json(drawing: Drawing) -> dict[str, Any]:
        strokes = [stroke.tolist() for stroke in to_polylines(drawing.stroke5)]
        return {"stroke5": drawing.stroke5.tolist(), "strokes": strokes}

    canned = {slug: [as_json(drawing) for drawing in drawn] for slug, drawn in drawings.items()}
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto("http://their.page/")
    for script in (INK, SERVICE, f"const canned = {json.dumps(canned)}", (STATIC / EMBED).read_text()):
        page.add_script_tag(content=script)
    yield page
    page.close()


def test_the_picture_holds_its_ink(page: Page, drawings: Drawings) -> None:
    """`<img>` shows the service's SVG, whose view box holds every line with its width."""
    pictures = [to_svg(drawing.stroke5) for drawn in drawings.values() for drawing in drawn]
    found = page.evaluate("(pictures) => { document.body.innerHTML = pictures.join(''); return ink(); }", pictures)
    assert found == [{"found": True, "inside": True}] * (len(CATEGORIES) * SEEDS)


def test_the_element_holds_its_ink(page: Page) -> None:
    """While it draws, and when it has drawn."""
    for category in CATEGORIES:
        assert page.evaluate(ELEMENTS, category) == [0, SEEDS]


def test_scripts_of_the_docs_hold_their_ink(page: Page) -> None:
    """Those that draw by themselves: an SVG, a canvas, and what p5 does."""
    [p5] = re.findall(r"^```js\n(let .*?)^```", DOCS, re.M | re.S)
    by_hand = [snippet for snippet in DRAWN if 'id="drawing"' in snippet]
    cases = [re.fullmatch(r'(.*)<script type="module">\n(.*)</script>\n', snippet, re.S) for snippet in by_hand]
    snippets = [case.groups() for case in cases if case is not None]
    assert len(snippets) == 2
    for html, script in [*snippets, ("", f"{P5}{p5}await setup(); draw();")]:
        assert page.evaluate(SNIPPET, {"html": html, "script": script}) == len(CATEGORIES) * SEEDS
