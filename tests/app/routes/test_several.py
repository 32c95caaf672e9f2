"""`GET /draw/{category}` with `count`, and as pictures in pixels."""

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.formats import render
from app.formats.negotiation import MEDIA_TYPES
from tests.app.real import real
from tests.app.tiny import PATIENCE, client_of, until

SVG = "{http://www.w3.org/2000/svg}"


def picture(client: TestClient, path: str) -> Image.Image:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


def test_a_list_has_each_drawing_as_it_is_alone(client: TestClient) -> None:
    """JSON names the category once more and has each drawing with its seed, just as the seed alone gives it."""
    answer = client.get("/draw/penguin?format=json&count=5&seed=7")
    body = answer.json()
    assert set(body) == {"category", "drawings"}
    assert body["category"] == "penguin"
    assert (answer.headers["x-inkstream-seed"], answer.headers["x-inkstream-count"]) == ("7", "5")
    assert body["drawings"] == [client.get(f"/draw/penguin?format=json&seed={7 + i}").json() for i in range(5)]


def test_seeds_begin_anew_after_the_last(client: TestClient) -> None:
    """Beyond 2^53 - 1 comes 0."""
    drawings = client.get(f"/draw/cat?format=json&count=2&seed={2**53 - 1}").json()["drawings"]
    assert [drawing["seed"] for drawing in drawings] == [2**53 - 1, 0]


def test_a_count_of_one_is_a_list_too(client: TestClient) -> None:
    """The form depends on whether there is a count, not on its value."""
    assert len(client.get("/draw/cat?format=json&count=1").json()["drawings"]) == 1
    assert "drawings" not in client.get("/draw/cat?format=json").json()


def test_a_sheet_names_each_seed(client: TestClient) -> None:
    """Sixteen drawings in four rows, each with its own title."""
    answer = client.get("/draw/cat?count=16&seed=7&padding=14")
    root = ElementTree.fromstring(answer.content)
    assert root.attrib["viewBox"] == "0 0 1200 1200"
    titles = [path.findtext(f"{SVG}title") for path in root.findall(f"{SVG}g/{SVG}path")]
    assert titles == [f"cat, seed {seed}" for seed in range(7, 23)]


def test_without_a_seed_others_come_each_time(client: TestClient) -> None:
    """No cache keeps them; with one they may be kept, and are not sent again."""
    first, second = (client.get("/draw/cat?count=2") for _ in range(2))
    assert first.content != second.content
    assert first.headers["cache-control"] == "no-store"
    seeded = client.get("/draw/cat?count=2&seed=1&format=png")
    again = client.get("/draw/cat?count=2&seed=1&format=png", headers={"If-None-Match": seeded.headers["etag"]})
    assert again.status_code == 304


def test_too_many_are_refused(checkpoints: Path) -> None:
    """The message says how many may be had; each of them counts for the rate of an address."""
    with client_of(checkpoints, max_count=4, rate_limit="6/hour") as client:
        problem = client.get("/draw/cat?count=5").json()
        assert problem["errors"] == [{"parameter": "count", "problem": "Should be less than or equal to 4"}]
        assert client.get("/draw/cat?count=4").status_code == 200
        assert client.get("/draw/cat?count=3").status_code == 429
        assert client.get("/draw/cat?count=2").status_code == 200


@pytest.mark.parametrize("form", ["png", "gif"])
def test_a_picture_in_pixels(client: TestClient, form: str) -> None:
    """The media type is the picture's, its longer side has 512 pixels or what was asked, ink has its colour."""
    answer = client.get(f"/draw/cat?seed=7&format={form}")
    assert answer.headers["content-type"] == f"image/{form}"
    assert answer.headers["x-inkstream-seed"] == "7"
    drawn = Image.open(io.BytesIO(answer.content))
    assert (drawn.format, max(drawn.size)) == (form.upper(), 512)
    title = drawn.text["Title"] if form == "png" else drawn.info["comment"].decode()  # type: ignore[attr-defined]
    assert title == "cat, seed 7"
    assert max(picture(client, f"/draw/cat?seed=7&format={form}&size=64").size) == 64
    assert client.get("/draw/cat?seed=7", headers={"Accept": f"image/{form}"}).content == answer.content
    small = picture(client, f"/draw/cat?seed=7&format={form}&size=64&color=teal&stroke_width=20").convert("RGB")
    assert (0, 128, 128) in {color for _, color in small.getcolors()}  # type: ignore[union-attr]


def test_a_picture_has_the_shape_of_the_svg(client: TestClient) -> None:
    """One geometry: same proportions, to a pixel."""
    for seed in range(5):
        root = ElementTree.fromstring(client.get(f"/draw/cat?seed={seed}").content)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        found = picture(client, f"/draw/cat?seed={seed}&format=png").size
        scale = 512 / max(width, height)
        np.testing.assert_allclose(found, (width * scale, height * scale), atol=1)


def test_a_gif_has_a_frame_for_each_point(client: TestClient) -> None:
    """And the last of them is the PNG."""
    points = client.get("/draw/cat?seed=7&format=json").json()["points"]
    moving = picture(client, "/draw/cat?seed=7&format=gif")
    assert points / 2 < moving.n_frames <= points + 1  # type: ignore[attr-defined] # frames without news are joined
    moving.seek(moving.n_frames - 1)  # type: ignore[attr-defined]
    still = picture(client, "/draw/cat?seed=7&format=png")
    np.testing.assert_array_equal(np.asarray(moving.convert("L")), np.asarray(still.convert("L")))


def test_sheets_in_pixels(client: TestClient) -> None:
    """As PNG 1024 pixels a side, as GIF 512; the title names the seeds."""
    sheet = picture(client, "/draw/cat?seed=7&count=4&format=png")
    assert (sheet.size, sheet.text["Title"]) == ((1024, 1024), "cat, seed 7 to 10")  # type: ignore[attr-defined]
    assert picture(client, "/draw/cat?seed=7&count=4&format=gif").size == (512, 512)


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("count", ["", "&count=3"])
def test_the_same_seed_is_the_same_bytes(client: TestClient, form: str, count: str) -> None:
    """In every form."""
    path = f"/draw/cat?seed=7&format={form}{count}"
    assert client.get(path).content == client.get(path).content


def test_pictures_hold_up_nobody(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is written others are answered; one too many is refused; who hangs up makes room."""
    go = threading.Event()
    monkeypatch.setattr(render, "gif", lambda *_, **__: b"%d" % go.wait(30))
    with (
        real(checkpoints, queue_limit=2) as running,
        httpx2.Client(base_url=f"http://{running.host}/draw/", timeout=PATIENCE) as client,
        ThreadPoolExecutor() as pool,
    ):
        stays = pool.submit(httpx2.get, f"http://{running.host}/draw/cat?format=gif")
        until(lambda: running.service.render_pool.taken == 1)
        host, port = running.host.split(":")
        with socket.create_connection((host, int(port))) as leaves:
            leaves.sendall(b"GET /draw/cat?format=gif HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: running.service.render_pool.taken == 2)
            assert client.get("cat").status_code == 200
            refused = client.get("cat?count=2")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        until(lambda: running.service.render_pool.taken == 1)
        go.set()
        assert stays.result().content == b"1"
        assert client.get("cat?format=gif&count=2").content == b"1"


def test_a_picture_has_a_deadline(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever would wait too long is told so, and makes room."""
    go = threading.Event()
    monkeypatch.setattr(render, "gif", lambda *_, **__: b"%d" % go.wait(30))
    with client_of(checkpoints, deadline=1) as client:
        answer = client.get("/draw/cat?format=gif")
        go.set()
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:too-late")
        until(lambda: client.get("/draw/cat?format=gif").status_code == 200)
