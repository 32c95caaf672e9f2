"""What proxies say of a request that they were sent: who sent it, how, to which host, and below which path.

Headers are believed of trusted proxies alone. Uvicorn's middleware takes the address and the scheme; hosts are left in
the scope, for what has to know by which names the service is reached.
"""

import re
from collections.abc import Iterator

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

HOSTS = "forwarded_hosts"  # in the scope: hosts with their ports, in small letters
HOST = "forwarded_host"  # in the scope: the first of them, by which the client reaches the service
PREFIX = "forwarded_prefix"  # in the scope: the path that a proxy took away from the beginning of ours
OF_PROXIES = (b"x-forwarded-", b"forwarded")  # how headers begin that say any of it: without one nobody need be trusted
HOST_NAME = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
PATH_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+){1,8}")
_FORWARDED_HOST = re.compile(r'\bhost="?([^";,\s]+)', re.IGNORECASE)  # RFC 7239, section 5.3


class Forwarded(ProxyHeadersMiddleware):
    """Uvicorn's middleware, which also notes the hosts, and the path, that a trusted proxy names.

    `root_path`: the path where no proxy says one. Proxies take it away from the beginning of ours, or leave it there.
    """

    def __init__(self, app: ASGIApp, trusted_hosts: list[str] | str, root_path: str = "") -> None:
        super().__init__(app, trusted_hosts)  # type: ignore[arg-type] # uvicorn's types of the same
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override] # the same
        """Note them, then do as uvicorn's does."""
        if self._root_path and scope["type"] != "lifespan":
            scope[PREFIX] = self._root_path
            if scope["path"].startswith(f"{self._root_path}/"):
                scope["path"] = scope["path"][len(self._root_path) :]
        if scope["type"] == "lifespan" or not any(name.startswith(OF_PROXIES) for name, _ in scope["headers"]):
            await self.app(scope, receive, send)  # type: ignore[arg-type] # uvicorn's types of the same
            return
        peer = scope.get("client")
        if peer and peer[0] in self.trusted_hosts:
            headers = Headers(scope=scope)
            scope[HOSTS] = frozenset(_hosts(headers))
            scope[HOST] = _first(headers)
            scope[PREFIX] = _prefix(headers.get("x-forwarded-prefix", "")) or scope.get(PREFIX, "")
        await super().__call__(scope, receive, send)  # type: ignore[arg-type] # uvicorn's types of the same


def hosts_of(client: HTTPConnection) -> frozenset[str]:
    """Hosts, with a port where one is said, by which a client may know the service: of its request, and of proxies."""
    own = client.headers.get("host", "").lower()
    return frozenset({own} | client.scope.get(HOSTS, frozenset()))


def prefix_of(client: HTTPConnection) -> str:
    """The path below which a client reaches the service, without a slash at its end: ours, else the server's."""
    return str(client.scope.get(PREFIX) or client.scope.get("root_path", ""))


def base_of(client: HTTPConnection) -> str:
    """The address at which a client reaches the service, without a slash at its end; empty where no host is said."""
    host = str(client.scope.get(HOST) or client.headers.get("host", "")).lower()
    return f"{client.scope['scheme']}://{host}{prefix_of(client)}" if HOST_NAME.fullmatch(host) else ""


def _prefix(text: str) -> str:
    path = text.strip().rstrip("/")
    return path if PATH_PREFIX.fullmatch(path) else ""


def _hosts(headers: Headers) -> Iterator[str]:
    """Each host that the proxies name; with the port that they name beside it, too."""
    named = _named(headers)
    ports = {port.strip() for value in headers.getlist("x-forwarded-port") for port in value.split(",")}
    for host in named + ([headers.get("host", "")] if ports else []):
        if host:
            yield host.lower()
            yield from (f"{host.lower()}:{port}" for port in ports if port.isdecimal())


def _named(headers: Headers) -> list[str]:
    """The hosts that the proxies name; the first of each header is what the client asked for."""
    named = [part.strip() for value in headers.getlist("x-forwarded-host") for part in value.split(",")]
    return named + [host for value in headers.getlist("forwarded") for host in _FORWARDED_HOST.findall(value)]


def _first(headers: Headers) -> str:
    """The host that the client asked for, with the port that a proxy names beside it; empty where none is named."""
    host = next(iter(_named(headers)), "")
    port = headers.get("x-forwarded-port", "")
    return f"{host}:{port}" if host and port.isdecimal() and port not in ("80", "443") and ":" not in host else host
