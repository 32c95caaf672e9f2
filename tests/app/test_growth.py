"""What a client sends takes time in proportion to its length, whatever it is: no parser goes back over it."""

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from app.catalogue.catalogue import read_catalogue
from app.errors import AppError
from app.formats import messages
from app.formats.accept import quality
from app.formats.given import Given
from app.formats.negotiation import has_already, negotiate
from app.formats.query import DrawQuery
from app.middleware.api_keys import given_secret
from app.routes.strict import check_parameters

LENGTH, TIMES = 3500, 4
SLACK = 2.5  # a quadratic parser takes TIMES times as long as a linear one
FLOOR = 0.02  # seconds within which time says nothing
TRIES = 3  # a busy machine may be slower for a moment; what grows faster always does

PATTERNS: dict[str, Callable[[int], str]] = {
    "spaces in quotes": lambda n: 'image/svg+xml;x="' + " " * n + '"',
    "spaces before a semicolon": lambda n: "a/b" + " " * n + ";q=1x",
    "spaces in a charset": lambda n: "a/b; charset" + " " * n + "x",
    "commas": lambda n: "," * n,
    "semicolons": lambda n: "a/b" + ";" * n,
    "quotes": lambda n: '"' * n,
    "backslashes in quotes": lambda n: '"' + "\\" * n,
    "parameters": lambda n: "a/b" + ";a=b" * (n // 4),
    "items": lambda n: "a/b," * (n // 4),
    "qualities": lambda n: "a;q=" + "0" * n,
    "one word": lambda n: "a" * n,
    "equals": lambda n: "a;" + "=" * n,
    "weak tags": lambda n: 'W/"' * (n // 3),
    "brackets": lambda n: "http://" + "[" * n,
    "hyphens": lambda n: "the-" * (n // 4),
}


def request_of(header: str, value: str) -> Request:
    headers = [(header.encode(), value.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": value.encode(), "headers": headers})


PARSERS: dict[str, Callable[[str], object]] = {
    "Accept": lambda text: negotiate(request_of("accept", text)),
    "Accept-Encoding": lambda text: quality(text, "gzip", "*"),
    "If-None-Match": lambda text: has_already(request_of("if-none-match", text), "a" * 32),
    "Authorization": lambda text: given_secret(request_of("authorization", text)),
    "a query": lambda text: check_parameters(request_of("accept", text), ("q",)),
    "a parameter": lambda text: DrawQuery(system=text),
    "a colour": lambda text: DrawQuery(color=text),
    "a message": messages.parse,
}

HEADERS = (
    *("Accept", "Accept-Encoding", "If-None-Match", "Origin", "Content-Type", "Authorization", "X-Forwarded-For"),
    *("X-Request-ID", "Cookie", "Host", "Range"),
)

LINES: dict[str, Callable[[int], list[list[float]]]] = {
    "zigzag": lambda n: [[i, (-1) ** i * i * 2] for i in range(n)],
    "spiral": lambda n: [[i * math.cos(i / 20), i * math.sin(i / 20)] for i in range(n)],
    "straight": lambda n: [[i, 2 * i] for i in range(n)],
    "parabola": lambda n: [[i, i * i / n] for i in range(n)],
}


def took(work: Callable[[str], object], text: str, floor: float = 0.0) -> float:
    """The least seconds of a processor of three tries, however they end: other work on the machine is not counted.

    One within `floor` is enough.
    """
    tries: list[float] = []
    for number in range(3):
        begun = time.process_time()
        with suppress(AppError, ValueError):
            work(text + number * " ")  # caches do not know it yet
        tries.append(time.process_time() - begun)
        if tries[-1] < floor:
            break
    return min(tries)


def grows(
    work: Callable[[str], object], make: Callable[[int], str], length: int = LENGTH, floor: float = FLOOR
) -> None:
    """Fail where time grows faster than the input."""
    for _ in range(TRIES):
        long = took(work, make(TIMES * length), floor)
        if long < floor or long < SLACK * TIMES * (short := took(work, make(length))):
            return
    pytest.fail(f"{short * 1000:.1f} ms, {TIMES} times as much {long * 1000:.1f}")


@pytest.mark.parametrize("parser", PARSERS)
def test_headers_and_parameters_are_read_in_linear_time(parser: str) -> None:
    """Whatever stands in a header or a parameter, four times as much of it takes about four times as long."""
    for make in PATTERNS.values():
        grows(PARSERS[parser], make)


@pytest.mark.parametrize("header", HEADERS)
def test_whole_requests_are_answered_in_linear_time(client: TestClient, header: str) -> None:
    """The libraries that read a request before and after us take no longer either, and nothing is a fault of ours."""

    def ask(value: str) -> None:
        answer = client.post("/complete/cat", headers={header: value}, json={})
        assert 400 <= answer.status_code < 500
        assert client.get("/categories", headers={header: value}).status_code in (200, 304, 431)

    for make in PATTERNS.values():
        grows(ask, make, floor=0.2)


def test_names_are_looked_up_in_linear_time(checkpoints: Path) -> None:
    """A path, or what is searched for, may be as long as a request line."""
    catalogue = read_catalogue(checkpoints)
    for make in PATTERNS.values():
        grows(catalogue.find, make)
        grows(catalogue.search, make)


@pytest.mark.parametrize("line", LINES)
def test_strokes_are_fitted_in_linear_time(line: str) -> None:
    """No line, however it winds, takes more than time in proportion to its points."""
    grows(
        lambda text: Given.model_validate_json(text).fit(200),
        lambda n: json.dumps({"strokes": [LINES[line](n)]}),
        length=2400,
    )


def test_mistakes_in_strokes_are_told_once() -> None:
    """A body of nothing but mistakes is refused at the first of them: a list of all would take half a second."""
    with pytest.raises(ValueError, match="1 validation error"):
        Given.model_validate_json('{"strokes": [[' + ",".join(['["a", 1]'] * 20_000) + "]]}")
