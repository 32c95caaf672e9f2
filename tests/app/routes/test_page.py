import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.routes.page import STATIC, policy_of, read_page

FILE = re.compile(r'(?:src|href)="(static/[^"]+)"')
IMPORT = re.compile(r'(?:from|import\()\s*"(\.{1,2}/[^"]+)"')
MOST_FILES = 25  # in a folder, as in those of the Python packages


def test_the_page_and_its_files_are_there(client: TestClient) -> None:
    """Whatever the page names is served, as what it is; the page itself is asked for again each time."""
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    files = FILE.findall(page.text)
    assert len(files) > 10
    for name in files:
        answer = client.get(f"/{name}")
        assert answer.status_code == 200
        kind = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}[Path(name).suffix]
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert "immutable" in answer.headers["cache-control"]


def test_every_module_is_loaded_at_once(client: TestClient) -> None:
    """No module is found only by reading another, but for what few people need, unless a link leads there."""
    loaded = {name.split("/", 2)[2] for name in FILE.findall(client.get("/").text) if name.endswith(".js")}
    imported = {
        (script.parent / name).resolve().relative_to(STATIC.resolve())
        for script in STATIC.rglob("*.js")
        for name in IMPORT.findall(script.read_text())
    }
    assert all((STATIC / path).is_file() for path in imported)
    assert len(imported) > 20
    late = {path.as_posix() for path in imported} - loaded
    assert {name.split("/")[0] for name in late} == {"alike", "between", "sheet", "take-away", "vendor"}
    there = {name.split("/", 2)[2] for name in FILE.findall(client.get("/?mode=between").text) if name.endswith(".js")}
    assert {name for name in late if name.startswith(("between/", "alike/original"))} == there - loaded


def test_no_folder_of_the_page_is_crowded() -> None:
    """A person who opens a folder sees at once what is in it."""
    for folder in (STATIC, *(path for path in STATIC.rglob("*") if path.is_dir())):
        assert len(list(folder.iterdir())) <= MOST_FILES, folder


def test_nothing_comes_from_elsewhere_and_one_script_is_inline(client: TestClient) -> None:
    """The policy allows no other host, no inline style, and of scripts the one that it has the hash of."""
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert policy == policy_of(page.text)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert not re.search(r"<script(?!>)(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)
    for file in STATIC.rglob("*"):
        if file.suffix in (".html", ".js", ".css", ".svg"):
            hosts = set(re.findall(r"https?://([\w.-]+)", file.read_text()))
            assert hosts <= {"www.w3.org"}, file  # names of namespaces


def test_it_is_sent_compressed_to_those_who_read_that(client: TestClient) -> None:
    """Both forms are the same page, under one tag that differs by no more than a weak comparison may."""
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content
    assert plain.headers["etag"] == packed.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_who_has_it_is_not_sent_it(client: TestClient) -> None:
    """304 for the tag, on the page and on its files."""
    for path in ("/", f"/{FILE.findall(client.get('/').text)[0]}"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/static/none.js", "/static/0000000000000000/main.js", "/static/../page.py"])
def test_other_files_are_not_served(client: TestClient, path: str) -> None:
    """Nothing but the page's own files, under their own address."""
    answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_a_link_may_carry_what_others_add(client: TestClient) -> None:
    """The page refuses no parameter: a link that somebody decorated still opens."""
    assert client.get("/?category=cat&seed=7&utm_source=friend").status_code == 200


def test_any_change_changes_every_address(tmp_path: Path) -> None:
    """Modules that belong together are never mixed with older ones from a cache."""
    for name, text in {
        "index.html": '<script src="{files}/main.js">\n{modules}',
        "main.js": 'import "./b.js";',
        "b.js": "2",
    }.items():
        (tmp_path / name).write_text(text)
    page, files = read_page(tmp_path)
    assert b'modulepreload" href="' + next(name for name in files if name.endswith("b.js")).encode() in page.content
    (tmp_path / "b.js").write_text("3")
    changed, others = read_page(tmp_path)
    assert page.content != changed.content
    assert not set(files) & set(others)


def test_the_element_is_for_every_page(client: TestClient) -> None:
    """A page of another origin may load /embed.js as a module or not, and keep it for an hour; it is small."""
    answer = client.get("/embed.js?v=2", headers={"Origin": "https://their.page"})
    assert answer.headers["content-type"].partition(";")[0] == "text/javascript"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"].startswith("public, max-age=3600")
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["access-control-allow-origin"]) == (304, "*")
    packed = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert int(packed.headers["content-length"]) < 4096


def test_the_page_loads_no_element(client: TestClient) -> None:
    """What is for the pages of others is no file of ours, nor changes their address."""
    assert "embed.js" not in client.get("/").text
    assert not any(name.endswith("/embed.js") for name in read_page(STATIC)[1])
