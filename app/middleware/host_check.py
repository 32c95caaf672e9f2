"""By which names the service may be asked: a page that points its own name at this machine is not to be taken for ours.

That is DNS rebinding: a browser then takes the service for a part of the page's own site.
"""

from collections.abc import Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import HostRefused
from app.formats.problems import answer

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
        self._app = app
        self._allowed = frozenset(name.lower().rstrip(".") for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and "*" not in self._allowed:
            headers = Headers(scope=scope)
            name = name_of(headers.get("host", ""))
            if not (self._is_ours(name) if self._allowed else self._is_ours(name) or not _is_local(scope, headers)):
                error = HostRefused(
                    f"{name[:LONGEST]!r} is no name of this service. INKSTREAM_HOSTS names those it has."
                )
                await answer(error, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_ours(self, name: str) -> bool:
        is_plain = "." not in name or name.endswith(f".{LOCAL}")
        return name in self._allowed or is_plain or _is_address(name)


def name_of(host: str) -> str:
    """A host without its port, in small letters."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0][1:]
    return name.partition(":")[0].rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_local(scope: Scope, headers: Headers) -> bool:
    """Whether a request came in at a loopback address, and from no proxy."""
    address, _ = scope.get("server") or ("", None)
    try:
        is_here = ip_address(address).is_loopback
    except ValueError:  # a Unix socket, or a test
        return False
    return is_here and not any(name in headers for name in OF_PROXIES)
