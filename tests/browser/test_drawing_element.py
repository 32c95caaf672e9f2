"""`<inkstream-drawing>`: it draws, whole and inside, where and as it is asked to."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.app.real import Real
from tests.browser.conftest import visit
from tests.browser.element import LIVE, PICTURES, STREAM, lines, showing, told
from tests.browser.profiles import Profiles


@pytest.fixture(scope="module")
def whole(profiles: Profiles, site: Real) -> tuple[list[str], dict[str, object]]:
    """The drawing of `LIVE` as it is when nothing disturbs it, and what it says."""
    with visit(profiles, site) as context, showing(context, LIVE) as page:
        said = told(page)
        return lines(page), said


def test_it_draws_all_points_inside(context: BrowserContext) -> None:
    """Its ink is within its view at every moment, it has a name, and tells what it drew."""
    watch = "<script>setInterval(() => { window.cropped ||= ink().some(({ inside }) => !inside); }, 5)</script>"
    with showing(context, LIVE.replace("1000", "100") + watch) as page:
        said = told(page)
        expect(page.get_by_role("img", name="penguin")).to_be_visible()
        assert page.evaluate("ink()") == [{"found": True, "inside": True}]
        assert not page.evaluate("window.cropped")
        answer = page.evaluate("fetch('draw/penguin?seed=7&format=json').then((answer) => answer.json())")
        assert said == {"seed": "7", "category": "penguin", "points": answer["points"]}
        assert len(lines(page)) == len(answer["strokes"])


def test_a_classic_script_will_do(context: BrowserContext, whole: tuple[list[str], dict[str, object]]) -> None:
    """Without `type=module`, in the head, and loaded twice, it draws the same."""
    script = '<script src="embed.js"></script>'
    with showing(context, LIVE, script + script) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]


def test_a_stream_that_breaks_goes_on(context: BrowserContext, whole: tuple[list[str], dict[str, object]]) -> None:
    """It is one drawing, the very same, however often its stream broke."""
    tried: list[int] = []

    def cut(route: Route) -> None:
        text = route.fetch().text()
        events = text.split("\n\n")
        tried.append(len(events))
        first = next(place for place, event in enumerate(events) if "event: points" in event)
        kept = events[: first + 1] if len(tried) < 3 else events
        route.fulfill(body="retry: 20\n\n" + "\n\n".join(kept) + "\n\n", content_type="text/event-stream")

    context.route(STREAM, cut)
    with showing(context, LIVE.replace("1000", "60")) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]
    assert len(tried) == 3


def test_after_the_service_was_away_it_draws(
    context: BrowserContext, whole: tuple[list[str], dict[str, object]]
) -> None:
    """Neither stream nor picture could be had at first."""
    left = [503, 503]  # of the stream, and of the question why

    def away(route: Route) -> None:
        if left:
            route.fulfill(status=left.pop(), body="{}")
        else:
            route.continue_()

    context.route(STREAM, away)
    context.route(PICTURES, lambda route: route.fulfill(status=503, body="{}"))
    with showing(context, LIVE) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]


def test_a_changed_attribute_draws_anew(context: BrowserContext) -> None:
    """Another seed is another drawing, and nothing of the one before is left; removed, it draws no more."""
    with showing(context, LIVE) as page:
        told(page)
        first = lines(page)
        page.locator("inkstream-drawing").evaluate("(element) => element.setAttribute('seed', '8')")
        page.wait_for_function("told.length > 1")
        assert page.evaluate("told[1].seed") == "8"
        assert not set(lines(page)) & set(first)
        page.locator("inkstream-drawing").evaluate(
            "(element) => { element.seed = 0; element.setAttribute('seed', '9'); element.remove(); }"
        )
        page.wait_for_timeout(300)
        assert page.evaluate("told.length") == 2


def test_it_takes_the_room_that_it_is_given(context: BrowserContext) -> None:
    """A square as wide as its column; as wide as CSS says; with `aspect-ratio: auto` as high as its ink."""
    column = f'<div style="width: 200px">{LIVE}</div>'
    with showing(context, column) as page:
        told(page)
        box = page.locator("inkstream-drawing").bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (200, 200)
        page.add_style_tag(content="inkstream-drawing { width: 100px; aspect-ratio: auto }")
        box = page.locator("inkstream-drawing").bounding_box()
        assert box is not None
        view = page.locator("inkstream-drawing svg").evaluate(
            "(svg) => svg.viewBox.baseVal.height / svg.viewBox.baseVal.width"
        )
        assert box["height"] == pytest.approx(100 * view, abs=0.5)


def test_what_nobody_sees_waits(context: BrowserContext) -> None:
    """It begins when it is scrolled into view, so that nobody misses it."""
    with showing(context, f'<div style="height: 3000px"></div>{LIVE}') as page:
        page.wait_for_timeout(300)
        assert page.evaluate("told.length") == 0
        page.locator("inkstream-drawing").scroll_into_view_if_needed()
        told(page)


def test_a_strict_policy_lets_it_draw(context: BrowserContext, whole: tuple[list[str], dict[str, object]]) -> None:
    """A page needs the service in `script-src` and `connect-src`, and nothing inline."""
    with showing(context, LIVE, policy="default-src 'none'; script-src 'self'; connect-src 'self'") as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]
        line = page.locator("inkstream-drawing path").first
        assert line.evaluate("(line) => [getComputedStyle(line).fill, getComputedStyle(line).strokeWidth]") == [
            "none",
            "3px",
        ]


@pytest.mark.parametrize("server", ["", ' server="/ink"'])
def test_it_asks_where_it_is_told_to(
    context: BrowserContext, whole: tuple[list[str], dict[str, object]], server: str
) -> None:
    """Below the path that its script came from, or below what `server` names."""
    asked: list[str] = []

    def forward(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_(url=route.request.url.replace("/ink/", "/"))

    context.route("**/ink/**", forward)
    script = f'<script src="{"" if server else "ink/"}embed.js"></script>'
    with showing(context, LIVE.replace("animate", f"animate{server}"), script) as page:
        assert told(page) == whole[1]
        assert lines(page) == whole[0]
    assert STREAM.search(asked[-1])


def test_no_points_are_no_dot(context: BrowserContext) -> None:
    """Where a drawing ends before it begins nothing is drawn, as in its picture, and that is told."""
    events = ["start", "points", "end"]
    rows = {"points": ',"stroke5":[[0,0,0,0,1]]'}
    body = "".join(f'event: {kind}\ndata: {{"type":"{kind}"{rows.get(kind, "")}}}\n\n' for kind in events)
    context.route(STREAM, lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    with showing(context, LIVE) as page:
        assert told(page)["points"] == 0
        assert lines(page) == []


# How far at most the element's lines are from those of a picture, in pixels of the drawing.
APART = """async (mine) => {
  const text = await (await fetch("draw/penguin.svg?seed=7")).text();
  const theirs = document.body.appendChild(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  const path = theirs.querySelector("path");
  const map = theirs.getScreenCTM().inverse().multiply(path.getScreenCTM());
  const line = document.createElementNS(theirs.namespaceURI, "path");
  line.setAttribute("d", mine.join(" "));
  const points = (path, count, length = path.getTotalLength()) =>
    Array.from({ length: count + 1 }, (_, i) => path.getPointAtLength((i / count) * length));
  const ink = points(path, 3000).map((point) => point.matrixTransform(map));
  return Math.max(...points(line, 100).map((a) => Math.min(...ink.map((b) => Math.hypot(a.x - b.x, a.y - b.y)))));
}"""


def test_its_curves_are_those_of_the_picture(context: BrowserContext) -> None:
    """All along the ink the element's lines are within a pixel of the service's SVG, which rounds to a quarter."""
    with showing(context, LIVE) as page:
        told(page)
        assert page.evaluate(APART, lines(page)) < 0.6
