"""By which names the service may be asked: a page that points its own name at this machine is not to be taken for ours.

That is DNS rebinding: a browser then takes the service for a part of the page's own site.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import HostRefused
from app.formats.problems import answer
from app.middleware.forwarded import HOST_NAME

LOCAL = "localhost"
OF_PROXIES = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
LONGEST = 200  # characters of a name that are said back


class HostCheck:
    """Refuses a request for a host that is not the service.

    Addresses, `localhost`, and names without a dot always are: no stranger's page has such a name. Others are if they
    are `allowed`; `*` is every one. Without any that are allowed, every name is, but for requests that reach the
    service on this machine itself and not through a proxy: a browser here, whose user knows no name for it.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        """`allowed`: as `parse_host` has them."""
        self._app = app
        self._allowed = frozenset(allowed)
        self._is_own = lru_cache(maxsize=256)(self._is_ours)  # few ask by many names, and it takes longer than the rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and "*" not in self._allowed:
            host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
            if not self._is_own(host) and (self._allowed or _is_local(scope)):
                name = name_of(host)
                error = HostRefused(
                    f"{name[:LONGEST]!r} is no name of this service. INKSTREAM_HOSTS names those it has."
                )
                await answer(error, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        name = name_of(host)
        is_plain = "." not in name or name.endswith(f".{LOCAL}")
        return name in self._allowed or is_plain or _is_address(name)


def parse_host(text: str) -> str:
    """A name that is allowed, in small letters and without a port; `*` is every one. Raises ValueError."""
    if text != "*" and not _is_address(text) and (not HOST_NAME.fullmatch(text) or text.startswith(".")):
        raise ValueError(
            "Should be names such as ink.example (other letters as xn--…), without https:// or pattern, or *"
        )
    return name_of(text)


def name_of(host: str) -> str:
    """A host without its port, in small letters."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0][1:]
    if _is_address(name):  # IPv6, in a setting
        return name
    return name.partition(":")[0].rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_local(scope: Scope) -> bool:
    """Whether a request came in at a loopback address, and from no proxy."""
    address, _ = scope.get("server") or ("", None)
    try:
        is_here = ip_address(address).is_loopback
    except ValueError:  # a Unix socket, or a test
        return False
    headers = Headers(scope=scope)
    return is_here and not any(name in headers for name in OF_PROXIES)
