import re

import pytest
from starlette.testclient import TestClient

from app.formats.query import DrawQuery
from model.card import LONGEST_NAME


def test_an_unknown_parameter_lists_the_known_ones(client: TestClient) -> None:
    """Whoever writes `temperature` learns what it is called."""
    known = client.get("/draw/penguin?temperature=1").json()["known"]
    assert known == list(DrawQuery.model_fields)
    assert {"temp_xy", "seed", "format", "count", "size"} < set(known)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/categories", ["q", "group", "limit", "offset", "compact"]),
        ("/categories/penguin", []),
        ("/categories/penguin/thumbnail", ["v"]),
    ],
)
def test_every_route_refuses_what_it_would_ignore(client: TestClient, path: str, known: list[str]) -> None:
    """Routes with few parameters or none say so too."""
    answer = client.get(f"{path}?most=3")
    assert (answer.status_code, answer.json()["known"]) == (422, known)


def test_a_name_longer_than_any_is_unknown_on_every_path(zoo: TestClient) -> None:
    """In each place of a path that takes a category."""
    tried = 0
    for path, operations in zoo.get("/openapi.json").json()["paths"].items():
        for name in set(re.findall(r"\{(\w+)\}", path)) - {"seed"} if "get" in operations else ():
            filled = path.replace(f"{{{name}}}", "x" * (LONGEST_NAME + 1))
            answer = zoo.get(
                re.sub(r"\{\w+\}", "dog", filled), params={"given": "0.0.9.9"} if "complete" in path else {}
            )
            assert (answer.status_code, answer.json()["title"]) == (404, "Unknown category"), path
            tried += 1
    assert tried >= 8
