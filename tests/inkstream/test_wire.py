"""Requests as they are written, and responses as they are read."""

import httpx2
import numpy as np
import pytest

from app.formats.negotiation import MEDIA_TYPES
from inkstream import calls
from inkstream.errors import Unreachable
from inkstream.live import address
from inkstream.wire import address_of, body_of, headers_of, written


def test_an_address_may_be_in_capitals() -> None:
    """A stream is encrypted where everything else is."""
    assert address(address_of("HTTPS://X.org/Ink"), calls.draw("cat", seed=1)) == "wss://x.org/Ink/ws/draw/cat?seed=1"


def test_a_key_is_brought_where_there_is_one() -> None:
    """As a header of its own, beside what a proxy may want to know."""
    assert (headers_of(None), headers_of("secret")) == ({}, {"X-API-Key": "secret"})


def test_arrays_are_json() -> None:
    """And a request without a body has none."""
    assert written(None) == {}
    body = written({"strokes": [np.array([[0, 0.1]], np.float32)]})
    assert body == {"content": b'{"strokes":[[[0.0,0.1]]]}', "headers": {"Content-Type": "application/json"}}


@pytest.mark.parametrize(("form", "kind"), [each for each in MEDIA_TYPES.items() if each[0] != "json"])
def test_each_form_is_known_by_its_media_type(form: str, kind: str) -> None:
    """That of the service, with what may follow; another's is none."""
    call = calls.draw("cat", seed=1).written(form, {})
    assert body_of(_answer(f"{kind}; charset=utf-8"), call) == b"x"
    for other in ("text/plain", "application/json", ""):
        with pytest.raises(Unreachable, match="http://x answered 200"):
            body_of(_answer(other), call)


def _answer(kind: str) -> httpx2.Response:
    request = httpx2.Request("GET", "http://x")
    return httpx2.Response(200, content=b"x", headers={"Content-Type": kind}, request=request)
