import inspect
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import errors
from app.application import create_app
from app.engine.request import DrawRequest
from app.formats import problems
from model.drawing import Drawing
from tests.app.tiny import serving, settings_for


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("GET", "/docs-assets/nowhere.js", {}, 404),
        ("GET", "/draw/nobody", {}, 404),
        ("GET", "/draw/", {}, 404),
        ("GET", "/draw/penguin?system=none", {}, 404),
        ("GET", "/categories/nobody", {}, 404),
        ("POST", "/draw/penguin", {}, 405),
        ("DELETE", "/categories", {}, 405),
        ("PUT", "/healthz", {}, 405),
        ("GET", "/draw/penguin", {"Accept": "text/html"}, 406),
        ("GET", "/draw/penguin?temp_xy=hot", {}, 422),
        ("GET", "/draw/penguin?hot=1", {}, 422),
        ("GET", "/categories?hot=1", {}, 422),
    ],
)
def test_every_error_is_a_problem(
    client: TestClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Whatever is wrong, the body is a problem document, which no cache keeps."""
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body = problems.Problem.model_validate(answer.json())
    assert (body.status, body.instance) == (status, path.split("?", maxsplit=1)[0])
    assert body.title
    assert body.detail


def test_a_crash_is_a_problem_without_its_traceback(checkpoints: Path) -> None:
    """An error that nobody foresaw tells the client nothing of the inside, and the service goes on."""

    async def crash(_requests: Sequence[DrawRequest]) -> list[Drawing]:
        raise RuntimeError("secret of the inside")

    app = create_app(settings_for(checkpoints))
    with serving(app) as client:
        app.state.service.engine.draw = crash
        answer = client.get("/draw/penguin")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Internal Server Error"
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert client.get("/healthz").status_code == 200


def test_every_error_of_the_app_has_its_answer() -> None:
    """The mapping knows each kind that can be raised towards a client, and busy ones say when to try again."""
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.AppError) and not kind.__subclasses__()
    }
    assert set(problems.KINDS) == kinds - {errors.SettingsError, errors.UnreadableEntry}  # no client hears of these
    busy = {kind for kind, (status, _, _) in problems.KINDS.items() if status in (429, 503)}
    assert busy == set(errors.Busy.__subclasses__())
    assert all(kind.retry_after > 0 for kind in errors.Busy.__subclasses__())


def test_options_say_what_a_path_allows(client: TestClient) -> None:
    """OPTIONS is 204 with Allow, and 404 where nothing is; another method is 405 with Allow."""
    for path in ("/draw/penguin", "/categories", "/healthz"):
        answer = client.options(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        assert client.post(path).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/nowhere").status_code == 404


def test_allow_names_the_methods_of_all_routes_of_a_path(client: TestClient) -> None:
    """A path may have a route for each method; each that is named there is taken, and no other."""
    path = "/complete/penguin"
    assert client.options(path).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.put(path).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert {client.request(method, path).status_code for method in ("GET", "HEAD", "POST")} == {422}
