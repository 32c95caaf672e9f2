from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.formats.query import DrawQuery
from model.picture.look import Look


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        *[
            (f"{name}={value}", name)
            for name in ("temp_xy", "temp_p")
            for value in ("-1", "nan", "1e9", "abc", "inf", "")
        ],
        *[(f"seed={value}", "seed") for value in ("-1", str(2**53), "9" * 5000, "", "%20", "a" * 201)],
        ("format=bmp", "format"),
        *[(f"count={value}", "count") for value in ("0", "-1", "1.5", "x", "65", "1e9", "9" * 30)],
        *[
            (f"format=png&size={value}", "size")
            for value in ("15", "1025", "x", "-64", "64em", "1e2", "400mm", "", " 64")
        ],
        *[(f"format=gif&{name}=513", name) for name in ("size", "width", "height")],
        ("width=10001", "width"),
        ("format=png&size=512&dpr=2.1", "size"),
        *[(f"format=png&dpr={value}", "dpr") for value in ("0.5", "5", "nan", "x")],
        ("dpr=2", "dpr"),
        *[(f"pens={value}", "pens") for value in ("0", "2", "x")],
        *[
            (f"format=gcode&{query}", query.split("=")[0])
            for query in ("lift=y", "feed=0", "feed=inf", "pens=1", "color=red")
        ],
        *[
            (f"format=hpgl&{query}", query.split("=")[0])
            for query in ("lift=z", "feed=9", "stroke_width=3", "pen=marker", "size=15")
        ],
        ("format=png&pens=1", "pens"),
        ("size=64&width=64", "size"),
        ("square=true&width=64&height=65", "square"),
        ("margin=10", "margin"),
        ("margin=10mm&width=20mm", "margin"),
        ("columns=2", "columns"),
        ("gap=2", "gap"),
        *[(f"count=2&columns={value}", "columns") for value in ("0", "65", "x")],
        *[(f"count=2&gap={value}", "gap") for value in ("-1", "501", "nan")],
        *[(f"theme={value}", "theme") for value in ("blue", "", "Dark")],
        *[(f"background={value}", "background") for value in ("reddish", "currentColor", "")],
        *[
            (f"format=json&{query}", query.split("=")[0])
            for query in ("square=true", "title=false", "size=64", "theme=auto")
        ],
        *[(f"format={form}&color=red", "color") for form in ("json", "ndjson")],
        *[(f"stroke_width={value}", "stroke_width") for value in ("0", "-1", "0.01", "nan", "51", "x")],
        *[(f"padding={value}", "padding") for value in ("-1", "inf", "501", "x")],
        *[(f"color={value}", "color") for value in ("reddish", "%23ff", "ff", "%23ggg", "url(x)", "red;x", "")],
        *[
            (f"at={value}", "at")
            for value in ("", "12", "12:", "x:1", "1:11", "1:-1", "1:nan", "5:1;5:2", "1:1,2,3", "1:.")
        ],
        ("at=1:2&like=7", "at"),
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


VALUES = st.one_of(st.text(max_size=8), st.floats().map(str), st.integers().map(str))
NAMES = st.one_of(st.sampled_from(sorted(DrawQuery.model_fields)), st.text(max_size=5))


@settings(max_examples=60, deadline=None)
@given(
    name=st.one_of(st.just("penguin"), st.text(min_size=1, max_size=12).filter(lambda text: text.strip("./"))),
    query=st.dictionaries(NAMES, VALUES, max_size=3),
    accept=st.one_of(st.just("*/*"), st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=20)),
)
def test_whatever_is_asked_has_its_answer(client: TestClient, name: str, query: dict[str, str], accept: str) -> None:
    """Any name, any parameters, any Accept header: a drawing, or a problem that blames the request."""
    answer = client.get(f"/draw/{quote(name, safe='')}", params=query, headers={"Accept": accept})
    assert answer.status_code in (200, 404, 406, 422)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_docs_show_no_null(client: TestClient) -> None:
    """No parameter's schema in the OpenAPI document admits null, which a query cannot carry; every one is explained."""
    parameters = client.get("/openapi.json").json()["paths"]["/draw/{category}"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {"category", *DrawQuery.model_fields}
    for parameter in parameters:
        assert "type" in parameter["schema"], parameter
        assert "anyOf" not in parameter["schema"]
        assert parameter["description"]


@pytest.mark.parametrize(
    ("color", "kept"), [("Teal", "#008080"), ("AbC", "#aabbcc"), ("#AbCdEf", "#abcdef"), ("hsl(0 100% 50%)", "#ff0000")]
)
def test_colours_are_those_of_css(color: str, kept: str) -> None:
    """Colours are brought to one spelling, so that the same colour has the same bytes."""
    assert DrawQuery(color=color).look("svg", several=False) == Look(color=kept)
