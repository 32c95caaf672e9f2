"""Every error of the service as RFC 9457 problem details: the one mapping, the one body."""

import asyncio
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from app import errors

MEDIA_TYPE = "application/problem+json"
MOST_TOLD = 10  # mistakes in one request
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CLIENT_GONE = 499  # nginx's status for it; nobody reads the answer, only logs show it


class ParameterProblem(BaseModel):
    """One parameter and what is wrong with it."""

    parameter: str
    problem: str


class Problem(BaseModel):
    """The body of every error: RFC 9457, with what helps to repair the request."""

    type: str = Field(description="`about:blank`, or a URN that names the kind of error.")
    title: str = Field(description="The kind of error, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[ParameterProblem] | None = Field(None, description="422: each parameter and what is wrong with it.")
    known: list[str] | None = Field(None, description="422 for an unknown parameter: those that the route has.")
    near: list[str] | None = Field(None, description="404 for an unknown category: those with similar names.")
    extensions: list[str] | None = Field(None, description="404 for an unknown extension: those that there are.")
    systems: list[str] | None = Field(None, description="404 for an unknown system: those that draw the category.")
    available: list[str] | None = Field(None, description="406: the media types that can be had.")
    limit: str | None = Field(None, description="429 for what a client holds: which of its limits is reached.")


KINDS: dict[type[errors.AppError], tuple[int, str, str]] = {
    errors.Invalid: (422, "bad-parameter", "Bad parameter"),
    errors.UnknownCategory: (404, "unknown-category", "Unknown category"),
    errors.UnknownExtension: (404, "unknown-extension", "Unknown extension"),
    errors.UnknownSystem: (404, "unknown-system", "Unknown system"),
    errors.NotAcceptable: (406, "not-acceptable", "Not acceptable"),
    errors.KeyRequired: (401, "key-required", "API key required"),
    errors.OriginRefused: (403, "origin-refused", "Origin refused"),
    errors.HostRefused: (421, "host-refused", "Host refused"),
    errors.ClientGone: (CLIENT_GONE, "client-gone", "Client closed the request"),
    errors.DecodingFailed: (500, "decoding-failed", "Decoding failed"),
    errors.NotReady: (503, "not-ready", "Not ready"),
    errors.Unloadable: (503, "unloadable", "Checkpoint cannot be loaded"),
    errors.NoRecogniser: (503, "no-recogniser", "No recogniser"),
    errors.QueueFull: (429, "queue-full", "Too many drawings wait"),
    errors.RateLimited: (429, "rate-limited", "Too many drawings of one client"),
    errors.ClientLimited: (429, "client-limited", "Too much at a time for one client"),
    errors.TooManySockets: (429, "too-many-sockets", "Too many WebSockets"),
    errors.TooLate: (503, "too-late", "Too late"),
    errors.ShuttingDown: (503, "shutting-down", "Shutting down"),
}


def urn(kind: str) -> str:
    """The `type` of a kind of problem."""
    return f"urn:inkstream:problem:{kind}"


def of_status(status: int, detail: str, path: str) -> Problem:
    """A problem that its HTTP status names well enough."""
    phrase = HTTPStatus(status).phrase
    return Problem(type="about:blank", title=phrase, status=status, detail=detail, instance=path)


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as an answer that no cache keeps."""
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def problem_of(error: errors.AppError, path: str) -> Problem:
    """The problem document of an error, for the client that asked for `path`."""
    status, kind, title = KINDS[type(error)]
    extra: dict[str, Any] = {
        name: getattr(error, name)
        for name in ("known", "near", "extensions", "systems", "available", "limit")
        if hasattr(error, name)
    }
    if isinstance(error, errors.Invalid):
        extra["errors"] = [ParameterProblem(parameter=name, problem=problem) for name, problem in error.problems]
    return Problem(type=urn(kind), title=title, status=status, detail=str(error), instance=path, **extra)


def answer(error: errors.AppError, path: str) -> Response:
    """The same as an answer."""
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.Busy) else None
    return respond(problem_of(error, path), headers)


def invalid(found: Sequence[Any]) -> errors.Invalid:
    """What pydantic found wrong (`error.errors()`), in our words."""
    return errors.Invalid([_told(item) for item in found[:MOST_TOLD]])


def _told(item: Any) -> tuple[str, str]:  # noqa: ANN401 - pydantic's and FastAPI's own
    """The parameter, and what is wrong with it."""
    if item["type"] == "json_invalid":
        return "body", f"Is no JSON: {item['ctx']['error']}, at character {item['loc'][-1]}"
    if item["loc"] == ("body",) and item["type"] in ("missing", "model_attributes_type"):
        return "body", "Should be a JSON object, sent with the header Content-Type: application/json"
    return _name(item["loc"]), item["msg"]


def _name(location: tuple[int | str, ...]) -> str:
    """`temp_xy` of FastAPI's ("query", "temp_xy"); ("query",) alone is about several."""
    return ".".join(map(str, location[1:] if len(location) > 1 else location))


def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.AppError)
    return answer(error, request.scope["path"])


async def _client_limited(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.ClientLimited)
    await asyncio.sleep(error.pause)
    return answer(error, request.scope["path"])


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(invalid(error.errors()), request.scope["path"])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers = {"Allow": ", ".join(_methods(request))}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    detail = {
        404: "Nothing is at this path; /docs lists what is.",
        405: f"{request.method} is not allowed here.",
        408: "The body did not arrive in time.",
        413: "The body is longer than the service takes.",
    }
    status = error.status_code
    return respond(of_status(status, detail.get(status, str(error.detail)), request.scope["path"]), headers)


def _methods(request: Request) -> Iterator[str]:
    """Those that the path takes, of all its routes: Starlette names those of the first."""
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            yield method
            if method == "GET":
                yield "HEAD"  # GET without its body
    yield "OPTIONS"


def _crash(request: Request, _error: Exception) -> Response:
    """What nobody foresaw; the log has the traceback, the client does not."""
    return respond(of_status(500, "The service failed to answer; its log says why.", request.scope["path"]))


def add_handlers(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""
    app.add_exception_handler(errors.AppError, _app_error)
    app.add_exception_handler(errors.ClientLimited, _client_limited)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _crash)
