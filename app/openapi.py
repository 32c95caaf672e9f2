"""How errors look in `/docs`."""

from typing import Any

from app.problems import MEDIA_TYPE, Problem, urn

MEANINGS: dict[int, tuple[str, dict[str, Any]]] = {
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
        "The Accept header admits neither SVG nor JSON.",
        {
            "type": urn("not-acceptable"),
            "title": "Not acceptable",
            "detail": "A drawing is available as image/svg+xml and application/json; the Accept header admits neither.",
            "instance": "/draw/penguin",
            "available": ["image/svg+xml", "application/json"],
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
    503: (
        "Not now: loading, too many drawings wait, too late, or shutting down. `Retry-After` says when to ask again.",
        {
            "type": urn("queue-full"),
            "title": "Too many drawings wait",
            "detail": "64 drawings wait already, which is the limit.",
            "instance": "/draw/penguin",
        },
    ),
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these statuses, each with its meaning and an example."""
    return {status: _response(status) for status in statuses}


def _response(status: int) -> dict[str, Any]:
    meaning, example = MEANINGS[status]
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema(), "example": {**example, "status": status}}}
    response: dict[str, Any] = {"description": meaning, "content": content}
    if status == 503:
        response["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return response
