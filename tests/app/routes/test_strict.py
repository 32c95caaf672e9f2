import pytest
from starlette.testclient import TestClient

from app.formats.query import DrawQuery


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
