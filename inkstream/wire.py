"""How calls are written in requests, and answers read from responses. Nothing is sent here."""

from collections.abc import Mapping
from typing import Any

import orjson
from httpx2 import URL, InvalidURL, Response

from inkstream import answers
from inkstream.calls import Call
from inkstream.errors import Problem, Unreachable, problem_from

KEY_HEADER = "X-API-Key"
JSON = "application/json"
MOST_PORT = 65535


def address_of(url: str) -> str:
    """The address of a service, its scheme in small letters. Raises ValueError for what can be none."""
    try:
        parts = URL(url)
        parts.host.encode("idna")
        is_one = parts.scheme in ("http", "https") and parts.host and (parts.port or 0) <= MOST_PORT
        if is_one and not parts.query and not parts.fragment:
            return str(parts)
    except (InvalidURL, UnicodeError):
        pass
    raise ValueError(f"{url!r} is no address of a service, such as http://localhost:8000")


def shown(url: str | URL) -> str:
    """An address without the name and the password that may stand in it: errors end in logs."""
    return str(URL(url).copy_with(userinfo=b""))


def headers_of(key: str | None) -> dict[str, str]:
    """What every call brings. Raises ValueError, which does not repeat the key, for what can be none."""
    if key is not None and (not key.isascii() or not key.isprintable() or key != key.strip()):
        raise ValueError("An API key has no line end, no space at its ends, and no letters beyond ASCII")
    return {} if key is None else {KEY_HEADER: key}


def written(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """How httpx sends a body: as JSON, arrays too. Raises TypeError for what JSON cannot hold."""
    if body is None:
        return {}
    return {"content": orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), "headers": {"Content-Type": JSON}}


def body_of(response: Response, call: Call) -> bytes:
    """The body of an answer. Raises Problem, or Unreachable where it is no service's of ours.

    A page to log in at, of a network or a proxy, comes with status 200.
    """
    if response.status_code < 300:
        if _is_asked(response, call):
            return response.content
        raise Unreachable(_foreign(response))
    raise refusal(response.content, response.headers.get("Retry-After")) or Unreachable(_foreign(response))


def _is_asked(response: Response, call: Call) -> bool:
    """Whether the body has the form that was asked for; each media type of ours holds the name of its form."""
    kind, form = response.headers.get("Content-Type", "").partition(";")[0], call.query.get("format", "json")
    if form != "json":
        return form in kind
    try:
        if call.answer is not None:
            answers.read(call.answer, response.content)
    except ValueError:
        return False
    return kind == JSON


def _foreign(response: Response) -> str:
    leads = f", which leads to {response.headers['Location']}" if response.has_redirect_location else ""
    return f"{shown(response.url)} answered {response.status_code}{leads}, and not as Inkstream does."


def refusal(body: bytes | bytearray, retry_after: str | None = None) -> Problem | None:
    """The problem that a body tells; None where it is no problem document."""
    try:
        return problem_from(answers.read(answers.ProblemAnswer, body), retry_after)
    except ValueError:
        return None
