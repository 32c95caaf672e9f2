"""The paper of Draw together: a hand draws on it, so it lies still."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app.real import Real
from tests.browser.sketchbook import draw_circle, finished, long_seed, paper, paths_on

FRAMES = """() => {
  const { style } = document.getElementById("canvas");
  window.frames_ = [];
  const note = () => {
    const dots = [style.backgroundSize, style.backgroundPosition];
    window.frames_.push(dots.map((text) => text.split(" ").map(parseFloat)));
    requestAnimationFrame(note);
  };
  note();
}"""
BELIEF = """async () => {
  const script = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/paper/belief.js"));
  const { paintBelief } = await import(script.name);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [200, 200];
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, 200, 200);
  const belief = { pi: [1], mean: [[0, 0]], sigma: [[30, 20]], rho: [0] };
  paintBelief(context, { raw: belief, hot: belief }, [100, 100], "#2f6fde");
  return [...context.getImageData(0, 0, 200, 200).data];
}"""


def frames(page: Page) -> list[list[list[float]]]:
    """How far the dots of the paper are from each other, and where they begin, in each frame so far."""
    found: list[list[list[float]]] = page.evaluate("() => window.frames_.splice(0)")
    return found


def test_the_paper_lies_still(unhurried: Page) -> None:
    """It never pans; it is seen from farther away once ink has left it, not while the pen is down."""
    page = unhurried
    page.goto("?mode=together&category=cat")
    hint = page.locator("#hint")
    box, said = paper(page), hint.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert said is not None
    assert said["y"] > middle[1] + 0.3 * box["height"], "the hint lies where one begins"
    page.evaluate(FRAMES)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1] + box["height"] * 0.7, steps=8)  # beyond the paper's edge
    expect(hint).to_be_hidden()
    page.wait_for_function("() => window.frames_.length > 3")
    assert len({str(frame) for frame in frames(page)}) == 1
    page.mouse.up()
    page.wait_for_function("() => new Set(window.frames_.map(String)).size > 3")
    seen = frames(page)
    for [pitch, _], place in seen:
        for side, at in zip((box["width"], box["height"]), place, strict=True):
            off = (at - side / 2 - pitch / 2) % pitch
            assert min(off, pitch - off) < 0.2, "the middle of the paper is another point of the drawing"


def test_nine_endings_have_one_scale_and_all_can_be_undone(page: Page, tmp_path: Path) -> None:
    """What I drew looks the same in all nine. Ctrl+Z takes one step back, Ctrl+Shift+Z and Ctrl+Y one forth."""
    page.goto("?mode=together&category=cat")
    draw_circle(page)
    page.locator("#nine").click()
    expect(page.locator("#endings button")).to_have_count(9)
    sizes: list[list[float]] = page.evaluate(
        """() => [...document.querySelectorAll("#endings button")].map((button) => {
          const [outer, mine] = [button, button.querySelector("path")].map((part) => part.getBoundingClientRect());
          const all = [mine.width, mine.height, mine.left - outer.left, mine.top - outer.top];
          return all;
        })"""
    )
    assert max(max(values) - min(values) for values in zip(*sizes, strict=True)) < 0.3, "pixels"
    page.locator("#endings button").first.click()
    first = paths_on(page, tmp_path)
    page.locator("body").press("Control+z")
    assert paths_on(page, tmp_path) == first[:1]
    page.keyboard.press("Control+z")
    expect(page.locator("#hint")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    assert paths_on(page, tmp_path) == first[:1]
    page.keyboard.press("Control+y")
    assert paths_on(page, tmp_path) == first
    expect(page.locator("#redo")).to_be_disabled()


def test_watch_has_keys_and_clean_clouds(page: Page, site: Real) -> None:
    """P pauses, N draws another, not while one types; clouds fade to their own colour, and a legend names them."""
    page.add_init_script(f"crypto.getRandomValues = (numbers) => numbers.fill({long_seed(site)})")
    page.goto("?category=cat&seed=3")
    finished(page)
    page.locator("input[name=speed][value='8']").check()
    page.locator("#belief").check()
    expect(page.locator("#clouds")).to_contain_text("where the pen may arrive")
    address = page.url
    page.locator("body").press("n")
    expect(page).not_to_have_url(address)  # it has begun: there is something to pause
    page.keyboard.press("p")
    expect(page.locator("#pause")).to_have_text("Go on")
    page.locator("#search").press("p")
    expect(page.locator("#pause")).to_have_text("Go on")
    values: list[int] = page.evaluate(BELIEF)
    blues = values[2::4]
    assert min(values[0::4]) < 150, "no cloud was painted"
    assert min(blues) >= 0xDE - 2, "what is between the colour and nothing is grey"
