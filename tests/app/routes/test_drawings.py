import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES
from model.strokes import to_polylines, validate
from tests.app.tiny import client_of

SVG = "{http://www.w3.org/2000/svg}"
JSON = {"Accept": "application/json"}
SVG_ACCEPT = {"Accept": "image/svg+xml"}


def test_a_drawing_is_an_svg_that_names_its_seed(client: TestClient) -> None:
    """By default the answer is an SVG with a path for each stroke; its title and a header name the seed."""
    answer = client.get("/draw/penguin")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == SVG + "svg"
    assert root.findall(f".//{SVG}path")
    assert root.findtext(f"{SVG}title") == f"penguin, seed {answer.headers['x-inkstream-seed']}"


def test_json_is_stroke5_that_ends(client: TestClient) -> None:
    """JSON has exactly the documented keys; its rows are a valid drawing, and the strokes are the same drawing."""
    body = client.get("/draw/Eiffel_TOWER?seed=3", headers=JSON).json()
    assert set(body) == {
        *("category", "system", "seed", "latent", "temp_xy", "temp_p", "points", "ended", "stroke5", "strokes")
    }
    assert (body["category"], body["seed"], body["temp_xy"], body["temp_p"]) == ("The Eiffel Tower", 3, 0.4, 0.5)
    rows = validate(body["stroke5"])
    assert body["stroke5"][-1] == [0, 0, 0, 0, 1]
    assert body["points"] == len(rows) - 1
    assert body["strokes"][0][0] == [0, 0]  # where the pen starts; every row moves it from there
    assert sum(len(stroke) for stroke in body["strokes"]) == 1 + body["points"]
    for ours, theirs in zip(to_polylines(rows), body["strokes"], strict=True):
        np.testing.assert_array_equal(ours, np.array(theirs, dtype=np.float32))


def test_a_drawing_cut_off_still_has_its_end_row(client: TestClient) -> None:
    """A drawing that reached max_points says so, and its last row is the end row all the same."""
    bodies = [client.get(f"/draw/cat?seed={seed}", headers=JSON).json() for seed in range(20)]
    cut = [body for body in bodies if not body["ended"]]
    assert cut, "no seed reaches max_points; the test shows nothing"
    for body in cut:
        assert body["points"] == 24
        validate(body["stroke5"])


def test_another_drawing_each_time(client: TestClient) -> None:
    """Without a seed every answer has its own, below 2**53, and no cache keeps it."""
    answers = [client.get("/draw/penguin") for _ in range(5)]
    seeds = {int(answer.headers["x-inkstream-seed"]) for answer in answers}
    assert len(seeds) == len({answer.content for answer in answers}) == 5
    assert all(0 <= seed < 2**53 for seed in seeds)
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers)
    assert all("etag" not in answer.headers for answer in answers)


@pytest.mark.parametrize("accept", [SVG_ACCEPT, JSON])
def test_a_seed_gives_the_same_bytes_in_another_process(
    client: TestClient, checkpoints: Path, accept: dict[str, str]
) -> None:
    """Same checkpoint, seed and temperatures: same bytes, again and from an application started anew."""
    path = "/draw/penguin?seed=7&temp_xy=0.8&temp_p=0.3"
    first = client.get(path, headers=accept).content
    with client_of(checkpoints) as restarted:
        assert restarted.get(path, headers=accept).content == first
    assert client.get(path, headers=accept).content == first
    assert client.get(path.replace("7", "8"), headers=accept).content != first


def test_the_named_seed_asks_for_the_same_drawing(client: TestClient) -> None:
    """The seed and temperatures in the headers of any answer give that answer again."""
    answer = client.get("/draw/penguin")
    again = client.get(
        "/draw/penguin",
        params={
            "seed": answer.headers["x-inkstream-seed"],
            "temp_xy": answer.headers["x-inkstream-temp-xy"],
            "temp_p": answer.headers["x-inkstream-temp-p"],
        },
    )
    assert again.content == answer.content


def test_temperatures_are_the_recommended_ones_unless_given(client: TestClient) -> None:
    """The card's temperatures hold where the request names none; both are in the headers."""
    headers = client.get("/draw/penguin").headers
    assert (headers["x-inkstream-temp-xy"], headers["x-inkstream-temp-p"]) == ("0.4", "0.5")
    headers = client.get("/draw/penguin?temp_xy=1.5&temp_p=-0.0").headers
    assert (headers["x-inkstream-temp-xy"], headers["x-inkstream-temp-p"]) == ("1.5", "0.0")


def test_temperature_zero_is_the_mode(client: TestClient) -> None:
    """At zero the seed makes no difference."""
    rows = [client.get(f"/draw/cat?temp_xy=0&temp_p=0&seed={seed}", headers=JSON).json()["stroke5"] for seed in (1, 2)]
    assert rows[0] == rows[1]
    warmer = [client.get(f"/draw/cat?temp_xy=0.1&seed={seed}", headers=JSON).json()["stroke5"] for seed in (1, 2)]
    assert warmer[0] != warmer[1]


def test_a_seeded_drawing_can_be_cached(client: TestClient) -> None:
    """A seeded answer may be kept, has a strong entity tag, and is not sent again to a client that has it."""
    answer = client.get("/draw/penguin?seed=7")
    tag = answer.headers["etag"]
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert answer.headers["vary"] == "Accept"
    assert tag.startswith('"')
    again = client.get("/draw/penguin?seed=7", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["x-inkstream-seed"] == "7"
    assert client.get("/draw/penguin?seed=8", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/draw/penguin?seed=7", headers={"If-None-Match": tag, **JSON}).status_code == 200


def test_format_beats_accept(client: TestClient) -> None:
    """`format` decides, whatever the Accept header says."""
    assert client.get("/draw/cat?format=svg", headers=JSON).headers["content-type"] == "image/svg+xml"
    assert client.get("/draw/cat?format=json", headers=SVG_ACCEPT).headers["content-type"] == "application/json"
    assert client.get("/draw/cat?format=json", headers={"Accept": "text/html"}).status_code == 200


def test_accept_is_negotiated_and_may_fail(client: TestClient) -> None:
    """The Accept header chooses between the forms; 406 names them where it admits none."""
    answer = client.get("/draw/cat", headers={"Accept": "image/svg+xml;q=0.5, application/json"})
    assert answer.headers["content-type"] == "application/json"
    answer = client.get("/draw/cat", headers={"Accept": "image/avif"})
    assert answer.status_code == 406
    assert answer.json()["available"] == list(MEDIA_TYPES.values())


def test_a_system_can_be_chosen(client: TestClient) -> None:
    """`system` picks one of the category's networks, which draws differently from the default one."""
    default = client.get("/draw/penguin?seed=7").content
    assert client.get("/draw/penguin?seed=7&system=gmm16_3").content == default
    assert client.get("/draw/penguin?seed=7&system=gmm16_1").content != default
    answer = client.get("/draw/penguin?system=gmm512_20")
    assert answer.status_code == 404
    assert answer.json()["systems"] == ["gmm16_3", "gmm16_1"]


def test_an_svg_can_be_styled(client: TestClient) -> None:
    """Width and colour of the lines and the space around them reach the SVG, and whether they are smooth."""
    plain = client.get("/draw/penguin?seed=7").text
    styled = client.get("/draw/penguin?seed=7&stroke_width=7.5&color=%23AbCdEf&padding=40").text
    assert 'stroke-width="30"' in styled
    assert 'stroke="#abcdef"' in styled
    assert view_box(styled)[2] > view_box(plain)[2] + 40
    assert 'stroke="#008080"' in client.get("/draw/penguin?seed=7&color=Teal").text
    assert len(client.get("/draw/penguin?seed=7&smooth=false").text) < len(plain)
    assert client.get("/draw/penguin?seed=7&smooth=true").text == plain


def test_pictures_are_as_large_and_as_coloured_as_asked(client: TestClient) -> None:
    """An SVG has sides in millimetres and follows the viewer; a PNG of a sheet has its pixels and no paper."""
    svg = client.get("/draw/penguin?seed=7&width=80mm&height=50mm&margin=5mm&theme=auto&title=false").text
    root = ElementTree.fromstring(svg)
    assert (root.attrib["width"], root.attrib["height"]) == ("80mm", "50mm")
    assert "prefers-color-scheme:dark" in svg
    assert "<title" not in svg
    asked = "format=png&count=3&columns=3&gap=9&width=150&dpr=2&background=transparent&title=false"
    image = Image.open(io.BytesIO(client.get(f"/draw/penguin?seed=7&{asked}").content))
    assert image.size[0] == 300
    assert image.size[1] < 110
    assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert "Title" not in image.info


def test_plotters_get_one_pen_in_millimetres(client: TestClient) -> None:
    """A sheet is one path of one group as SVG; HPGL and G-code draw the same, by their own extension and media type."""
    root = ElementTree.fromstring(client.get("/draw/penguin?seed=7&count=3&width=150mm&margin=10mm&pens=1").text)
    [path] = root.iter(f"{SVG}path")
    assert (root.attrib["width"], path.attrib["d"].lower().count("m")) == ("150mm", strokes_of(client, 3))
    hpgl = client.get("/draw/penguin.hpgl?seed=7&count=3&width=150mm&margin=10mm")
    assert hpgl.headers["content-type"] == "application/vnd.hp-hpgl"
    assert hpgl.text.startswith("IN;SP1;PU")
    assert hpgl.text.count("PD") == strokes_of(client, 3)
    gcode = client.get("/draw/penguin.gcode?seed=7&feed=700")
    assert gcode.headers["content-type"].startswith("text/x-gcode")
    assert gcode.text.startswith("; penguin, seed 7\nG21\nG90\nG1 F700\n")
    assert gcode.text.count("G1 Z0") == strokes_of(client, 1)


def strokes_of(client: TestClient, count: int) -> int:
    """How many strokes so many drawings have from seed 7 on."""
    drawings = client.get(f"/draw/penguin.json?seed=7&count={count}").json()["drawings"]
    return sum(len(drawing["strokes"]) for drawing in drawings)


def view_box(svg: str) -> list[float]:
    return [float(number) for number in ElementTree.fromstring(svg).attrib["viewBox"].split()]


def test_an_svg_option_for_json_is_refused(client: TestClient) -> None:
    """What only shapes an SVG is not passed over in silence where the answer is JSON."""
    answer = client.get("/draw/penguin?color=red", headers=JSON)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "color")


def test_head_has_the_headers_of_get(client: TestClient) -> None:
    """HEAD answers as GET would, without the body."""
    one = {"X-Request-ID": "one"}
    got, head = client.get("/draw/penguin?seed=7", headers=one), client.head("/draw/penguin?seed=7", headers=one)
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)
    assert int(head.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize(
    ("name", "near"), [("pengiun", ["penguin"]), ("Effel Tower", ["the-eiffel-tower"]), ("zzz", []), ("p" * 3000, [])]
)
def test_an_unknown_category_names_the_nearest(client: TestClient, name: str, near: list[str]) -> None:
    """404 lists categories whose names are alike, if any."""
    answer = client.get(f"/draw/{name}")
    assert (answer.status_code, answer.json()["near"]) == (404, near)


@pytest.mark.parametrize("name", ["penguin", "PENGUIN", "The penguin", "pen-guin", "_pen guin_"])
def test_names_are_matched_loosely(client: TestClient, name: str) -> None:
    """Case, spaces, `-`, `_` and a leading "the" do not count."""
    assert client.get(f"/draw/{name}?seed=7").content == client.get("/draw/penguin?seed=7").content
