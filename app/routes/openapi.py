"""What FastAPI does not write into the OpenAPI document, and so into `/docs`, by itself: errors and raw bodies."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.errors import NotAcceptable
from app.formats.negotiation import MEDIA_TYPES
from app.formats.problems import MEDIA_TYPE, Problem, urn

TYPES = list(MEDIA_TYPES.values())
COMPONENTS = "#/components/schemas/{model}"

MEANINGS: dict[int, tuple[str, dict[str, Any]]] = {
    400: (
        "The body is nothing that could be read as JSON.",
        {
            "type": "about:blank",
            "title": "Bad Request",
            "detail": "There was an error parsing the body",
            "instance": "/complete/penguin",
        },
    ),
    404: (
        "No such category, or the category has no such system.",
        {
            "type": urn("unknown-category"),
            "title": "Unknown category",
            "detail": "No category is named 'pengiun'. Near it: penguin. GET /categories lists all.",
            "instance": "/draw/pengiun",
            "near": ["penguin"],
        },
    ),
    406: (
        "The Accept header admits none of the forms of a drawing.",
        {
            "type": urn("not-acceptable"),
            "title": "Not acceptable",
            "detail": str(NotAcceptable(TYPES)),
            "instance": "/draw/penguin",
            "available": TYPES,
        },
    ),
    413: (
        "The body is longer than the service takes.",
        {
            "type": "about:blank",
            "title": "Content Too Large",
            "detail": "The body is longer than the service takes.",
            "instance": "/complete/penguin",
        },
    ),
    415: (
        "The body is compressed.",
        {
            "type": "about:blank",
            "title": "Unsupported Media Type",
            "detail": "The body should not be compressed; its Content-Encoding is 'gzip'.",
            "instance": "/complete/cat",
        },
    ),
    422: (
        "A parameter is wrong, unknown, or given twice.",
        {
            "type": urn("bad-parameter"),
            "title": "Bad parameter",
            "detail": "'temp_xy': Input should be greater than or equal to 0.",
            "instance": "/draw/penguin",
            "errors": [{"parameter": "temp_xy", "problem": "Input should be greater than or equal to 0"}],
        },
    ),
    429: (
        "Too many drawings wait already. `Retry-After` says when to ask again.",
        {
            "type": urn("queue-full"),
            "title": "Too many drawings wait",
            "detail": "256 drawings wait, and there is no room for 1 more.",
            "instance": "/draw/penguin",
        },
    ),
    500: (
        "The network failed, or the service did; its log says why.",
        {
            "type": urn("decoding-failed"),
            "title": "Decoding failed",
            "detail": "The drawing could not be decoded; the log says why.",
            "instance": "/draw/penguin",
        },
    ),
    503: (
        "Not now: loading, too late, no recogniser, or shutting down. `Retry-After` says when to ask again.",
        {
            "type": urn("too-late"),
            "title": "Too late",
            "detail": "The drawing was not ready within 30 seconds.",
            "instance": "/draw/penguin",
        },
    ),
}


def reference(model: type[BaseModel]) -> dict[str, str]:
    """The schema of a model that `share_schemas` adds to the document."""
    return {"$ref": COMPONENTS.format(model=model.__name__)}


def share_schemas(app: FastAPI, *models: type[BaseModel]) -> None:
    """Add the schemas of models that no route returns as such to the document's components."""
    shared = _schemas(models)
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document.setdefault("components", {}).setdefault("schemas", {}).update(shared)
        return document

    app.openapi = openapi  # type: ignore[method-assign] # the way that FastAPI's documentation names


def ask_for_keys(app: FastAPI) -> None:
    """Say in the document that requests need an API key; `/docs` then asks for one."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        components = document.setdefault("components", {})
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}}
        document["security"] = [{"key": []}]
        return document

    app.openapi = openapi  # type: ignore[method-assign] # as above


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these statuses, each with its meaning and an example."""
    return {status: _response(status) for status in statuses}


def _response(status: int) -> dict[str, Any]:
    meaning, example = MEANINGS[status]
    content = {MEDIA_TYPE: {"schema": reference(Problem), "example": {**example, "status": status}}}
    response: dict[str, Any] = {"description": meaning, "content": content}
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return response


@cache  # made once in a process, for every application
def _schemas(models: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    """The schemas of models, and of what they name, by their names."""
    _, shared = models_json_schema([(model, "serialization") for model in models], ref_template=COMPONENTS)
    found: dict[str, Any] = shared["$defs"]
    return found
