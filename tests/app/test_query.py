from typing import Any

import pytest
from starlette.testclient import TestClient

from app.query import DrawQuery


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        *[
            (f"{name}={value}", name)
            for name in ("temp_xy", "temp_p")
            for value in ("-1", "nan", "1e9", "abc", "inf", "")
        ],
        *[(f"seed={value}", "seed") for value in ("-1", "abc", "1.5", str(2**53), "9" * 5000, "nan", "")],
        ("format=png", "format"),
        *[(f"stroke_width={value}", "stroke_width") for value in ("0", "-1", "nan", "51", "x")],
        *[(f"padding={value}", "padding") for value in ("-1", "inf", "501", "x")],
        *[(f"color={value}", "color") for value in ("reddish", "%23ff", "%23ggg", "url(x)", "red;x", "")],
        ("temp=1", "temp"),
        ("seed=1&seed=2", "seed"),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, query: str, parameter: str) -> None:
    """A value that is no good, an unknown name and a repeated one are 422, and the body names the parameter."""
    answer = client.get(f"/draw/penguin?{query}")
    body: dict[str, Any] = answer.json()
    assert answer.status_code == 422
    assert [error["parameter"] for error in body["errors"]] == [parameter]
    assert body["errors"][0]["problem"]
    assert len(answer.content) < 2000


def test_an_unknown_parameter_lists_the_known_ones(client: TestClient) -> None:
    """Whoever writes `temperature` learns what it is called."""
    known = client.get("/draw/penguin?temperature=1").json()["known"]
    assert {"temp_xy", "temp_p", "seed", "format", "system", "stroke_width", "color", "padding"} == set(known)


@pytest.mark.parametrize("path", ["/categories", "/categories/penguin"])
def test_every_route_refuses_what_it_would_ignore(client: TestClient, path: str) -> None:
    """Routes without parameters say so too."""
    answer = client.get(f"{path}?limit=3")
    assert (answer.status_code, answer.json()["known"]) == (422, [])


def test_docs_show_no_null(client: TestClient) -> None:
    """No parameter's schema in the OpenAPI document admits null, which a query cannot carry; every one is explained."""
    parameters = client.get("/openapi.json").json()["paths"]["/draw/{category}"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {"category", *DrawQuery.model_fields}
    for parameter in parameters:
        assert "type" in parameter["schema"]
        assert "anyOf" not in parameter["schema"]
        assert parameter["description"]


@pytest.mark.parametrize(("color", "kept"), [("Teal", "teal"), ("#AbC", "#abc"), ("#AbCdEf", "#abcdef")])
def test_colours_are_names_or_hexadecimal(color: str, kept: str) -> None:
    """Colours are brought to lower case, so that the same colour has the same bytes."""
    assert DrawQuery(color=color).svg_options() == {"color": kept}
