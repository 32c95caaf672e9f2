from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES
from app.formats.problems import Problem
from app.formats.render import DrawingBody, DrawingsBody


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    loaded: dict[str, Any] = client.get("/openapi.json").json()
    return loaded


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Whatever reads the document finds each schema where it is said to be."""
    found = set(references(document))
    assert {"#/components/schemas/Problem", "#/components/schemas/DrawingBody"} <= found
    for reference in found:
        place = document
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]


def test_every_operation_is_explained(document: dict[str, Any]) -> None:
    """Each operation has a summary, a description and a meaning for every answer, errors as problem documents."""
    assert set(document["paths"]) == {
        "/draw/{category}",
        "/draw/{category}/seed/{seed}",
        "/draw/{category}/stream",
        "/complete",
        "/complete/{category}",
        "/recognise",
        "/like/{category}",
        "/between/{a}/{b}",
        "/between",
        "/categories",
        "/categories/{name}",
        "/categories/{name}/thumbnail",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    operations = [(path, each) for path, methods in document["paths"].items() for each in methods.values()]
    for path, operation in operations:
        assert operation["summary"], path
        assert operation["description"], path
        assert all(parameter["description"] for parameter in operation.get("parameters", []))
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, status)
            if status >= "400":
                [[media_type, content]] = answer["content"].items()
                assert media_type == "application/problem+json"
                assert Problem.model_validate(content["example"]).status == int(status)
    assert set(document["paths"]["/draw/{category}"]["get"]["responses"]) == {
        "200",
        "304",
        "404",
        "406",
        "422",
        "429",
        "500",
        "503",
    }


def test_examples_are_what_the_service_says(client: TestClient, document: dict[str, Any]) -> None:
    """The documented answers to mistakes are the real ones."""
    responses = document["paths"]["/draw/{category}"]["get"]["responses"]
    for status, path, headers in (
        ("404", "/draw/pengiun", {}),
        ("406", "/draw/penguin", {"Accept": "image/avif"}),
        ("422", "/draw/penguin?temp_xy=-1", {}),
    ):
        answer = client.get(path, headers=headers)
        assert answer.json() == responses[status]["content"]["application/problem+json"]["example"]


def test_the_forms_are_those_that_can_be_had(document: dict[str, Any]) -> None:
    """Each media type of a drawing is in the document, and no other."""
    content = document["paths"]["/draw/{category}"]["get"]["responses"]["200"]["content"]
    assert set(content) == set(MEDIA_TYPES.values())


def test_the_schema_of_a_drawing_is_that_of_its_json(client: TestClient, document: dict[str, Any]) -> None:
    """A drawing has the documented keys, and each key is explained."""
    schema = document["components"]["schemas"]["DrawingBody"]
    body = client.get("/draw/cat?format=json&seed=ada&at=3:1").json()
    assert set(body) == set(schema["properties"]) == {*schema["required"], "seed_text", "at"}
    assert all(value["description"] for value in schema["properties"].values())
    DrawingBody.model_validate(body)
    DrawingsBody.model_validate(client.get("/draw/cat?format=json&count=2").json())


def test_the_headers_of_a_drawing_are_explained(zoo: TestClient, document: dict[str, Any]) -> None:
    """Each header of our own that a drawing comes with has a description and a type."""
    explained = document["paths"]["/draw/{category}"]["get"]["responses"]["200"]["headers"]
    headers = {
        **zoo.get("/draw/dog?like=1&closeness=1&count=2&seed=1").headers,
        **zoo.get("/draw/dog?seed=ada&v=0&at=3:1").headers,
    }
    own = {name for name in headers if name.startswith(("x-inkstream", "x-cache", "etag", "link"))}
    assert own == {name.lower() for name in explained}
    assert all(header["description"] and header["schema"]["type"] for header in explained.values())
