"""Drawings that caches keep for a year: `v`, and the canonical link."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES
from tests.app.tiny import client_of

A_YEAR = "public, max-age=31536000, immutable"


def link_of(client: TestClient, path: str) -> str:
    """The canonical address of an answer."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    [address] = re.fullmatch(r'<(.*)>; rel="canonical"', answer.headers["link"]).groups()  # type: ignore[union-attr] # a test
    return str(address)


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_what_is_seen_can_be_pinned(client: TestClient, form: str) -> None:
    """The link of a drawing without a seed brings the same bytes, for a year, and is its own link."""
    seen = client.get(f"/draw/penguin.{form}?n=1")
    assert seen.headers["cache-control"] == "no-store"
    address = link_of(client, f"/draw/penguin.{form}?seed={seen.headers['x-inkstream-seed']}")
    assert address in seen.headers["link"]
    pinned = client.get(address)
    assert pinned.content == seen.content
    assert pinned.headers["cache-control"] == A_YEAR
    assert pinned.headers["x-inkstream-pinned"] == "true"
    assert "vary" not in pinned.headers
    assert link_of(client, address) == address
    assert client.get(address, headers={"If-None-Match": pinned.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/draw/dog?like=7&seed=3",
        "/draw/dog?like=ada&seed=3&count=2&closeness=0.2",
        "/draw/dog?like=7&closeness=1&format=json",
        "/draw/surprise?seed=ada",
        "/draw/the mona lisa?seed=5&temp_xy=0",
        "/draw/hound.png?stroke_width=5&color=teal&n=9",
        "/draw/dog?count=4&seed=ada&padding=9",
        "/draw/dog?count=4&system=animals5",
        "/draw/dog/seed/ada?size=64&format=png",
        "/between/cat/dog.json?steps=3",
        "/between/cat/dog.json?steps=2&from=two words&to=4&seed=7",
        "/draw/dog.json?seed=a%26b",
        "/draw/dog/seed/a/b.json?count=2&n=9",
        "/between/cat/dog?steps=2&from=ada&to=4&seed=1&temp_p=1",
    ],
)
def test_whatever_is_drawn_can_be_pinned(zoo: TestClient, path: str) -> None:
    """Likenesses, sheets, ways and what a surprise was: the link of an answer brings it again, whatever it was of.

    It says the number of a seed that was text, but for JSON, which says the text.
    """
    seen = zoo.get(path)
    [address] = re.findall(r"<(.*)>", seen.headers["link"])
    pinned = zoo.get(address)
    assert pinned.content == seen.content
    assert pinned.headers["cache-control"] == A_YEAR
    assert "ada" not in address


def test_without_a_pin_a_cache_asks_again(client: TestClient) -> None:
    """A seed alone is good for a day; a version that is no more is answered, never kept, and said to be none."""
    assert client.get("/draw/penguin?seed=7").headers["cache-control"] == "public, max-age=86400"
    gone = client.get("/draw/penguin?seed=7&v=0badc0de")
    assert (gone.status_code, gone.headers["cache-control"]) == (200, "no-cache")
    assert gone.headers["x-inkstream-pinned"] == "false"
    assert gone.headers["etag"]


def test_the_version_is_that_of_what_draws(client: TestClient, zoo: TestClient, checkpoints: Path) -> None:
    """One for each network and subject, and another where the settings cut drawings off elsewhere."""
    paths = ["/draw/cat?seed=7", "/draw/penguin?seed=7", "/draw/penguin?seed=7&system=gmm16_1"]
    versions = [link_of(client, path).partition("v=")[2] for path in paths]
    versions += [link_of(zoo, path).partition("v=")[2] for path in ("/draw/dog?seed=1", "/draw/bee?seed=1")]
    with client_of(checkpoints, max_points=9) as short:
        versions.append(link_of(short, paths[0]).partition("v=")[2])
    with client_of(checkpoints) as again:
        assert link_of(again, paths[0]).endswith(versions[0])
    assert len(set(versions)) == len(versions)
    assert all(re.fullmatch("[0-9a-f]{8}", version) for version in versions)


def test_what_others_chose_is_not_pinned_by_the_version_of_its_network(zoo: TestClient) -> None:
    """A likeness also hangs on what draws the original: the version of its own address does not pin the request."""
    version = link_of(zoo, "/draw/dog?seed=1&system=animals5").partition("v=")[2]
    answer = zoo.get(f"/draw/dog?seed=1&like=7&v={version}")
    assert answer.headers["x-inkstream-pinned"] == "false"


@pytest.mark.parametrize("path", ["/draw/dog?v=0badc0de", "/between/cat/dog?v=0badc0de&from=1&seed=2"])
def test_a_version_goes_with_seeds(zoo: TestClient, path: str) -> None:
    """What is another each time cannot be pinned: 422 names the parameter."""
    answer = zoo.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "v")


def test_keys_make_it_private(checkpoints: Path) -> None:
    """Where a key is needed no shared cache keeps a drawing, pinned or not."""
    with client_of(checkpoints, api_keys=f"ann:{'a' * 20}") as client:
        client.headers["X-API-Key"] = "a" * 20
        address = link_of(client, "/draw/penguin?seed=7")
        assert client.get("/draw/penguin?seed=7").headers["cache-control"] == "private, max-age=86400"
        assert client.get(address).headers["cache-control"] == A_YEAR.replace("public", "private")


def test_the_link_is_below_the_path_of_a_proxy(checkpoints: Path) -> None:
    """As all addresses that answers name."""
    with client_of(checkpoints, root_path="/ink") as client:
        assert link_of(client, "/draw/penguin").startswith("/ink/draw/penguin.svg?seed=")
