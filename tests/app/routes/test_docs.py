import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.app.tiny import client_of

PAGE = "http://ink.test/ink/docs"


def test_docs_stay_below_the_path_of_a_proxy(client: TestClient) -> None:
    """Whatever path a proxy puts before them, and whether or not it says so: nothing outside of it is asked for."""
    page = client.get("/docs").text
    asked = [urljoin(PAGE, link) for link in re.findall(r"""(?:src|href|url)[=:] ?["']([^"']+)["']""", page)]
    assert len(asked) == 4
    for address in asked:
        assert address.startswith("http://ink.test/ink/")
        assert client.get(urlsplit(address).path.removeprefix("/ink")).status_code == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/categories/", "http://ink.test/ink/categories"),
        ("/categories/?compact=true", "http://ink.test/ink/categories?compact=true"),
        ("/draw/penguin/", "http://ink.test/ink/draw/penguin"),
    ],
)
def test_redirects_stay_below_it(client: TestClient, path: str, location: str) -> None:
    """They are relative to the address that was asked for."""
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 307
    assert urljoin(f"http://ink.test/ink{path}", answer.headers["location"]) == location
    assert client.get(path).status_code == 200


def test_addresses_in_answers_have_the_prefix_of_a_trusted_proxy(checkpoints: Path) -> None:
    """In lists, in cards and in the document; of others, and of what is no path, nothing is taken."""
    said = {"X-Forwarded-Prefix": "/ink/"}
    with client_of(checkpoints, proxies=("*",)) as client:
        for headers, prefix in ((said, "/ink"), ({}, ""), ({"X-Forwarded-Prefix": "//evil.test"}, "")):
            summary = client.get("/categories", headers=headers).json()["categories"][0]
            for name in ("draw_url", "card_url", "thumbnail_url"):
                assert summary[name].startswith(f"{prefix}/{'draw' if name == 'draw_url' else 'categories'}/")
            assert client.get("/categories/penguin", headers=headers).json()["draw_url"] == f"{prefix}/draw/penguin"
            servers = client.get("/openapi.json", headers=headers).json().get("servers")
            assert servers == ([{"url": "/ink"}] if prefix else None)
    with client_of(checkpoints) as client:
        assert client.get("/categories/penguin", headers=said).json()["draw_url"] == "/draw/penguin"


@pytest.mark.parametrize("keys", [(), (f"ann:{'a' * 16}",)])
def test_the_page_is_found_without_the_slash_at_its_end(checkpoints: Path, keys: tuple[str, ...]) -> None:
    """Where a proxy leaves its path in place, and passes on what people type: /ink."""
    with client_of(checkpoints, root_path="/ink", api_keys=keys) as client:
        answer = client.get("/ink?mode=watch", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, "./ink/?mode=watch")
        assert client.get("/ink").status_code == 200
        assert client.get("/inkwell").status_code == (401 if keys else 404)


@pytest.mark.parametrize("path", ["", "/ink"])
def test_a_root_path_is_that_of_a_proxy_that_says_none(checkpoints: Path, path: str) -> None:
    """It stands in addresses, and at the beginning of paths where the proxy leaves it there; one that is said wins."""
    with client_of(checkpoints, root_path="/ink/", proxies=("*",)) as client:
        assert client.get(f"{path}/categories/penguin").json()["draw_url"] == "/ink/draw/penguin"
        assert client.get(f"{path}/openapi.json").json()["servers"] == [{"url": "/ink"}]
        assert client.get(f"{path}/draw/penguin").status_code == 200
        with client.websocket_connect(f"{path}/ws/draw/penguin") as websocket:
            assert websocket.receive_json()["type"] == "start"
        said = client.get(f"{path}/categories/penguin", headers={"X-Forwarded-Prefix": "/other"})
        assert said.json()["draw_url"] == "/other/draw/penguin"


def test_unknown_parameters_of_the_document_are_refused(client: TestClient) -> None:
    """As everywhere but on pages, whose links others may have added to."""
    assert client.get("/openapi.json?x=1").status_code == 422
    assert client.get("/docs?utm_source=x").status_code == 200
