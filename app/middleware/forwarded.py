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
PREFIX = "forwarded_prefix"  # in the scope: the path that a proxy took away from the beginning of ours
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
        peer = scope.get("client")
        if scope["type"] != "lifespan" and peer and peer[0] in self.trusted_hosts:
            headers = Headers(scope=scope)
            scope[HOSTS] = frozenset(_hosts(headers))
            scope[PREFIX] = _prefix(headers.get("x-forwarded-prefix", "")) or scope.get(PREFIX, "")
        await super().__call__(scope, receive, send)  # type: ignore[arg-type] # uvicorn's types of the same


def hosts_of(client: HTTPConnection) -> frozenset[str]:
    """Hosts, with a port where one is said, by which a client may know the service: of its request, and of proxies."""
    own = client.headers.get("host", "").lower()
    return frozenset({own} | client.scope.get(HOSTS, frozenset()))


def prefix_of(client: HTTPConnection) -> str:
    """The path below which a client reaches the service, without a slash at its end: ours, else the server's."""
    return str(client.scope.get(PREFIX) or client.scope.get("root_path", ""))


def _prefix(text: str) -> str:
    path = text.strip().rstrip("/")
    return path if PATH_PREFIX.fullmatch(path) else ""


def _hosts(headers: Headers) -> Iterator[str]:
    """Each host that the proxies name; with the port that they name beside it, too."""
    named = [part.strip() for value in headers.getlist("x-forwarded-host") for part in value.split(",")]
    named += [host for value in headers.getlist("forwarded") for host in _FORWARDED_HOST.findall(value)]
    ports = {port.strip() for value in headers.getlist("x-forwarded-port") for port in value.split(",")}
    for host in named + ([headers.get("host", "")] if ports else []):
        if host:
            yield host.lower()
            yield from (f"{host.lower()}:{port}" for port in ports if port.isdecimal())
