"""Which pages may open WebSockets. Browsers let every page try, and say which page it is."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from app.errors import OriginRefused
from app.middleware.cross_origin import DEFAULT_PORTS
from app.middleware.forwarded import hosts_of

LONGEST = 200  # characters of an origin that are said back


def check_origin(client: HTTPConnection, allowed: tuple[str, ...]) -> None:
    """Let in pages of our own and of the allowed origins, and clients that are no page. Raises OriginRefused.

    A page is our own when it lies at the host that was asked, or that a trusted proxy says was asked.
    """
    origin = client.headers.get("origin")
    if origin is None or "*" in allowed or origin in allowed:
        return
    own = {_with_port(host, port) for host in hosts_of(client) for port in DEFAULT_PORTS.values()}
    if _place(origin) not in own - {""}:
        raise OriginRefused(
            f"Pages of {origin[:LONGEST]!r} may not open WebSockets here. INKSTREAM_ORIGINS names those that may; a "
            "proxy that changes Host should send X-Forwarded-Host, and INKSTREAM_PROXIES name the proxy."
        )


def _place(origin: str) -> str:
    """Host and port of an origin; nothing of what is none."""
    try:
        parts = urlsplit(origin.lower())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.hostname.rstrip('.')}:{port}" if parts.hostname and port and "@" not in parts.netloc else ""


def _with_port(host: str, port: int) -> str:
    """A host with its port, or with another where it says none, in the form of `_place`."""
    try:
        parts = urlsplit(f"//{host}")
        return f"{parts.hostname.rstrip('.')}:{parts.port or port}" if parts.hostname else ""
    except ValueError:
        return ""
