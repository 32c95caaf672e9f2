import pytest
from starlette.requests import HTTPConnection

from app.errors import OriginRefused
from app.middleware.forwarded import HOSTS
from app.routes.origin import check_origin


def check(origin: str, host: str, *forwarded: str, allowed: tuple[str, ...] = ()) -> None:
    headers = [(b"origin", origin.encode()), (b"host", host.encode())]
    check_origin(HTTPConnection({"type": "http", "headers": headers, HOSTS: frozenset(forwarded)}), allowed)


@pytest.mark.parametrize(
    ("origin", "host", "forwarded"),
    [
        ("http://ink.test", "ink.test", []),
        ("https://INK.test", "ink.test:443", []),
        ("http://ink.test:80", "Ink.Test", []),
        ("http://ink.test:8331", "ink.test", ["ink.test:8331"]),
        ("https://ink.test", "127.0.0.1:8123", ["ink.test"]),
        ("https://ink.test", "inner", ["other.test", "ink.test"]),
        ("http://[::1]:8123", "[::1]:8123", []),
        ("https://ink.test.", "ink.test", []),
        ("https://ink.test", "127.0.0.1:8123", ["ink.test."]),
    ],
)
def test_our_own_page_is_let_in(origin: str, host: str, forwarded: list[str]) -> None:
    """By whichever name it is reached, the port of its scheme said or not."""
    check(origin, host, *forwarded)


@pytest.mark.parametrize(
    ("origin", "host", "forwarded"),
    [
        ("http://evil.test", "ink.test", []),
        ("http://ink.test:8331", "ink.test", []),
        ("https://evil.test", "127.0.0.1:8123", ["ink.test"]),
        ("http://ink.test@evil.test", "ink.test", []),
        ("http://[", "[", []),
        ("null", "null", []),
        ("http://", "", []),
        ("http://ink.test:99999", "ink.test:99999", []),
    ],
)
def test_others_are_told_what_to_set(origin: str, host: str, forwarded: list[str]) -> None:
    """A refusal names the setting; what is no origin is refused as well, without a traceback."""
    with pytest.raises(OriginRefused, match="INKSTREAM_ORIGINS"):
        check(origin, host, *forwarded)


def test_allowed_origins_are_let_in() -> None:
    """Those of the setting, or all."""
    check("https://a.test", "ink.test", allowed=("https://a.test",))
    check("https://a.test", "ink.test", allowed=("*",))
