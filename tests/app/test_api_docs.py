"""docs/api.md, settings.md and operate.md against the service: what they leave out or get wrong fails here."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from app.engine.job import Reason
from app.engine.metrics import Metrics
from app.formats.between import BetweenBody, BetweenQuery, End
from app.formats.guesses import Guess as GuessBody
from app.formats.guesses import Guesses, RecognitionRequest
from app.formats.listing import CategoryList, CategorySummary, ListQuery
from app.formats.messages import Change, Draw, Guess, Stop
from app.formats.negotiation import MEDIA_TYPES
from app.formats.problems import KINDS, Problem, urn
from app.formats.query import DrawQuery
from app.formats.render import DrawingBody
from app.routes.address.pinning import PINNED_HEADER
from app.routes.alike.likenesses import Likeness, LikenessQuery
from app.routes.drawing_answer import (
    AT_HEADER,
    BEST_HEADER,
    CATEGORY_HEADER,
    COUNT_HEADER,
    LATENT_HEADER,
    SEED_HEADER,
    SEED_TEXT_HEADER,
    SEEDS_HEADER,
    SYSTEM_HEADER,
    TEMP_P_HEADER,
    TEMP_XY_HEADER,
)
from app.routes.given.completions import Completed, Completion
from app.routes.socket import SocketQuery
from app.settings import Settings
from tests.app.seer import seeing
from tests.app.tiny import subject_card, write_checkpoint, write_network

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text()
PAGE = "".join((DOCS / name).read_text() for name in ("api.md", "settings.md", "operate.md"))
ADDRESS = re.compile(r"^\| `(?P<address>/[^`]+)` \| `(?P<brings>[a-z./+-]+)` \| (?:`(?P<same>/[^`]+)` )?\|$", re.M)
COMMAND = re.compile(
    r"^\$ curl -sN? (?:-H '(?P<header>[^']+)' )?"
    r"'localhost:8000(?P<path>[^']+)'(?: --json '(?P<body>[^']+)')?.*\n(?P<answer>\{.*)?",
    re.M,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Of a service that answers the page's commands: with a recogniser, and cats and dogs by latent codes too."""
    root = tmp_path_factory.mktemp("checkpoints")
    for category in ("penguin", "cat", "The Eiffel Tower"):
        write_checkpoint(root, category)
    near = ("pencil", "peanut")  # what the whole network draws is as near to `pengiun`, and the page says so
    write_network(root, "animals", "animals2", [subject_card(name) for name in ("cat", "dog", *near)])
    with seeing(root) as client:
        yield client


def test_every_route_is_documented(client: TestClient) -> None:
    """Each path of the OpenAPI document, and the documents themselves, are in the table of paths."""
    paths = client.get("/openapi.json").json()["paths"]
    for path, operations in [*paths.items(), ("/docs", ["get"]), ("/openapi.json", ["get"])]:
        assert all(f"| `{method.upper()} {path}` |" in PAGE for method in operations)


def test_every_parameter_header_and_key_is_documented() -> None:
    """Each query parameter and header has a row; each key of a JSON answer and of a problem is named."""
    for name in [
        *DrawQuery.model_fields,
        *SocketQuery.model_fields,
        CATEGORY_HEADER,
        *ListQuery.model_fields,
        SEED_HEADER,
        SEED_TEXT_HEADER,
        "Link",
        PINNED_HEADER,
        COUNT_HEADER,
        BEST_HEADER,
        SEEDS_HEADER,
        TEMP_XY_HEADER,
        TEMP_P_HEADER,
        AT_HEADER,
        LATENT_HEADER,
        SYSTEM_HEADER,
        *LikenessQuery.model_fields,
    ]:
        assert re.search(rf"^\| [^|]*`{name}`[^|]*\|", PAGE, re.M), name
    for name in [*BetweenQuery.names(), *BetweenBody.model_fields, "at", "X-Inkstream-From", "X-Inkstream-To"]:
        assert f"`{name}`" in PAGE
    for form, media_type in MEDIA_TYPES.items():
        assert f"`{form}`" in PAGE
        assert f"(`{media_type}`)" in PAGE
    for name in [
        *Completion.model_fields,
        *Completed.model_fields,
        *RecognitionRequest.model_fields,
        *GuessBody.model_fields,
        *Guesses.model_fields,
        *Likeness.model_fields,
        *End.model_fields,
    ]:
        assert f"`{name}`" in PAGE
    for name in [
        *DrawingBody.model_fields,
        *CategoryList.model_fields,
        *CategorySummary.model_fields,
        *Problem.model_fields,
    ]:
        assert f"`{name}`" in PAGE


def test_bounds_choices_and_defaults_are_those_of_the_code(client: TestClient) -> None:
    """Each row of a parameter says what the OpenAPI document does: least and most, each choice, each default."""
    compared = 0
    for name, schema in _parameters(client.get("/openapi.json").json()):
        rows = re.findall(rf"^\| [^|]*`{name}`[^|]*\| ([^|]*) \| ([^|]*) \|", API, re.M)
        choices = [schema, *schema.get("anyOf", [])]
        least, most = (next((each[key] for each in choices if key in each), None) for key in ("minimum", "maximum"))
        named = next((each["enum"] for each in choices if "enum" in each), ())
        ranges = [re.match(r"([\d.,]+) to ([\d.,]+)(?: |$)", values) for values, _ in rows]
        said = {tuple(float(bound.replace(",", "")) for bound in each.groups()) for each in ranges if each}
        assert not said or (least, most) in said, name
        assert all(any(f"`{each}`" in values for values, _ in rows) for each in named), name
        if isinstance(default := schema.get("default"), bool | int | float):
            assert any(told.strip("`") in (str(default).lower(), f"{default:g}") for _, told in rows), name
        compared += bool(said or named)
    assert compared > 20


def _parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each query parameter of each path, and its schema."""
    for operations in document["paths"].values():
        for operation in operations.values():
            yield from (
                (each["name"], each["schema"]) for each in operation.get("parameters", ()) if each["in"] == "query"
            )


def test_pages_alone_let_any_parameter_pass(client: TestClient) -> None:
    """As the page says; what programs read refuses it."""
    assert "Only the pages and\n`/embed.js` let them pass" in API
    let = {
        path
        for path in ("/", "/docs", "/embed.js", "/openapi.json", "/healthz")
        if client.get(f"{path}?x=1").is_success
    }
    assert let == {"/", "/docs", "/embed.js"}


def test_every_message_is_documented() -> None:
    """Each message that a client may send has a row, and each of its fields is named; so has each that it is sent."""
    for message in (Change, Stop, Draw, Guess):
        kind = message.__name__.lower()
        [row] = re.findall(rf'^\| `\{{"type": "{kind}".*$', PAGE, re.M)
        assert all(field in row for field in message.model_fields)
    for kind in ("start", "points", "end"):
        assert f"| `{kind}` |" in PAGE
    for reason in get_args(Reason):
        assert f"`{reason}`" in PAGE


def test_every_metric_is_documented() -> None:
    """Each metric of ours has a row, with its labels, and no row is left over."""
    metrics = {metric.name: metric for metric in Metrics().registry.collect() if metric.name.startswith("inkstream_")}
    rows = dict(re.findall(r"^\| `(inkstream_\w+)` \| (.*)$", PAGE, re.M))
    assert {name.removesuffix("_total") for name in rows} == set(metrics)


def test_every_error_is_documented() -> None:
    """Each kind of problem is named beside its status."""
    for status, kind, _ in KINDS.values():
        assert f"`{urn(kind)}`" in PAGE
        assert str(status) in PAGE


def test_every_setting_is_documented() -> None:
    """Each setting has a row with its default."""
    for name, setting in Settings.model_fields.items():
        row = re.search(rf"^\| `INKSTREAM_{name.upper()}` \| (.*?) \|", PAGE, re.M)
        assert row, name
        default = ",".join(map(str, setting.default)) if isinstance(setting.default, tuple) else setting.default
        if setting.default_factory is None:
            assert row[1] == ("none" if default in ("", None) else f"`{default}`"), name


def test_documented_variables_exist() -> None:
    """No row is left over from a setting that is gone."""
    rows = set(re.findall(r"^\| `INKSTREAM_(\w+)`", PAGE, re.M))
    assert rows == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("row", list(ADDRESS.finditer(API)), ids=lambda row: row["address"])
def test_every_address_brings_what_it_says(client: TestClient, row: re.Match[str]) -> None:
    """Each row of the table of addresses: the form that it names, and the very bytes of the longer way to say it."""
    address = row["address"]
    if "…" in address:
        link = client.get(row["same"]).headers["link"]
        address = address.replace("…", link.partition("&v=")[2].partition(">")[0])
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == row["brings"]
    if row["same"]:
        assert answer.content == client.get(row["same"]).content
    if "v=" in address:
        assert answer.headers["x-inkstream-pinned"] == "true"


def test_every_form_has_an_address() -> None:
    """The table has an extension for each form that there is, and no row is written in another way."""
    rows = list(ADDRESS.finditer(API))
    assert {f"/draw/penguin.{form}?seed=7" for form in MEDIA_TYPES} <= {row["address"] for row in rows}
    assert len(rows) == len(re.findall(r"^\| `/", API, re.M))


@pytest.mark.parametrize("command", list(COMMAND.finditer(PAGE)), ids=lambda match: match["path"])
def test_every_command_gives_its_answer(client: TestClient, command: re.Match[str]) -> None:
    """The commands of the page work, and those followed by an answer give that answer."""
    headers = dict([command["header"].split(": ")]) if command["header"] else {}
    method, body = ("POST", json.loads(command["body"])) if command["body"] else ("GET", None)
    answer = client.request(method, command["path"], headers=headers, json=body)
    if command["answer"]:
        assert answer.json() == json.loads(command["answer"])
    else:
        assert answer.status_code == 200


def test_the_page_has_commands() -> None:
    """As many commands are tried as the page has lines that begin one."""
    assert len(list(COMMAND.finditer(PAGE))) == PAGE.count("$ curl") > 0
