"""What proxies say of a request that they were sent: who sent it, how, to which host, and below which path.

Headers are believed of trusted proxies alone: `X-Forwarded-*`, and `Forwarded` (RFC 7239) for what those do not say.
Uvicorn's middleware knows whom to trust, and which of several addresses is the client's; hosts are left in the scope,
for what has to know by which names the service is reached.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = logging.getLogger(__name__)

HOSTS = "forwarded_hosts"  # in the scope: hosts with their ports, in small letters
HOST = "forwarded_host"  # in the scope: the first of them, by which the client reaches the service
PREFIX = "forwarded_prefix"  # in the scope: the path that a proxy took away from the beginning of ours
OF_PROXIES = (b"x-forwarded-", b"forwarded")  # how headers begin that say any of it: without one nobody need be trusted
HOST_NAME = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
PATH_PREFIX = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+){1,8}")
MOST = 8  # hosts, or ports, that are looked at: there are no more proxies one behind the other
_PAIR = re.compile(r'\b(for|host|proto)=("[^"]*+"?|[^";,\s]++)', re.IGNORECASE)  # RFC 7239, section 4
_SECURE = {"http": False, "ws": False, "https": True, "wss": True}


class Forwarded(ProxyHeadersMiddleware):
    """Takes the client and the scheme as a trusted proxy names them, and notes the hosts and the path.

    `root_path`: the path where no proxy says one. Proxies take it away from the beginning of ours, or leave it there.
    """

    def __init__(self, app: ASGIApp, trusted_hosts: Sequence[str], root_path: str = "") -> None:
        super().__init__(app, with_mapped(trusted_hosts))  # type: ignore[arg-type] # uvicorn's types of the same
        self._root_path = root_path
        self._has_told = not trusted_hosts  # who trusts nobody has thought of it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override] # the same
        """Note all of it."""
        if self._root_path and scope["type"] != "lifespan":
            scope[PREFIX] = self._root_path
            if f"{scope['path']}/".startswith(f"{self._root_path}/"):  # the page without its slash redirects
                scope["path"] = scope["path"][len(self._root_path) :]
        if scope["type"] != "lifespan" and any(name.startswith(OF_PROXIES) for name, _ in scope["headers"]):
            peer = scope.get("client")
            if peer and peer[0] in self.trusted_hosts:
                self._note(scope, Headers(scope=scope))
            elif peer and not self._has_told and _is_near(peer[0]):
                self._has_told = True
                log.warning(
                    "%s sends X-Forwarded-..., but is not in INKSTREAM_PROXIES: a proxy, whose clients are all one?",
                    peer[0],
                )
        await self.app(scope, receive, send)  # type: ignore[arg-type] # uvicorn's types of the same

    def _note(self, scope: Scope, headers: Headers) -> None:
        scope[HOSTS] = frozenset(_hosts(headers))
        scope[HOST] = _first(headers)
        scope[PREFIX] = _prefix(_listed(headers, "prefix")) or scope.get(PREFIX, "")
        is_secure = _SECURE.get(next(iter(_said(headers, "proto")), "").lower())
        if is_secure is not None:
            scope["scheme"] = ("ws" if scope["type"] == "websocket" else "http") + "s" * is_secure
        host, port = self.trusted_hosts.get_trusted_client_address(", ".join(_said(headers, "for")))
        if host:
            scope["client"] = (host, port)


def with_mapped(proxies: Sequence[str]) -> list[str]:
    """Proxies, and IPv4 addresses among them as those have them who listen for both (::ffff:10.0.0.1)."""
    networks = [ip_network(proxy) for proxy in proxies if proxy != "*"]
    four = [network for network in networks if isinstance(network, IPv4Network)]
    return [*proxies, *(f"::ffff:{network.network_address}/{96 + network.prefixlen}" for network in four)]


def _is_near(address: str) -> bool:
    """Whether it is of a network of one's own, where proxies are: strangers may send what they like."""
    try:
        return ip_address(address).is_private
    except ValueError:  # a Unix socket, or a test
        return False


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


def _prefix(parts: list[str]) -> str:
    """The path that one proxy after the other took away; the first is the one nearest to the client."""
    path = "".join("/" * (part[:1] != "/") + part.rstrip("/") for part in parts if part.strip("/"))
    return path if PATH_PREFIX.fullmatch(path) else ""


def _said(headers: Headers, name: str) -> list[str]:
    """What proxies say by X-Forwarded-NAME, else by Forwarded; the first is what is nearest to the client."""
    return _listed(headers, name) or _paired(headers, name)


def _listed(headers: Headers, name: str) -> list[str]:
    return [part.strip() for value in headers.getlist(f"x-forwarded-{name}") for part in value.split(",")]


def _paired(headers: Headers, name: str) -> list[str]:
    pairs = _PAIR.findall(", ".join(headers.getlist("forwarded")))
    return [value.strip('"') for key, value in pairs if key.lower() == name]


def _hosts(headers: Headers) -> Iterator[str]:
    """Each host that the proxies name; with the port that they name beside it, too."""
    named = (_listed(headers, "host") + _paired(headers, "host"))[:MOST]
    ports = _listed(headers, "port")[:MOST]
    for host in named + ([headers.get("host", "")] if ports else []):
        if host:
            yield host.lower()
            yield from (f"{host.lower()}:{port}" for port in ports if port.isdecimal())


def _first(headers: Headers) -> str:
    """The host that the client asked for, with the port that a proxy names beside it; empty where none is named."""
    host, port = (next(iter(_said(headers, name)), "") for name in ("host", "port"))
    has_port = ":" in host.rpartition("]")[2]
    return f"{host}:{port}" if host and port.isdecimal() and port not in ("80", "443") and not has_port else host
