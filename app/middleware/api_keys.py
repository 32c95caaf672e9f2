"""API keys: who may draw, where not everybody may."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import KeyRequired
from app.formats.problems import answer

KEY = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,64}):(?P<secret>[A-Za-z0-9._~-]{16,256})")  # fits a subprotocol's name
OPEN = re.compile(
    r"/?|/healthz|/readyz|/docs|/openapi\.json|/embed\.js|/(docs-assets|static)/.*"
)  # paths that tell nothing and draw nothing
HEADER = "X-API-Key"
# Pages cannot set headers of a WebSocket, only name subprotocols: this one carries the key, the other one is spoken.
CARRIER, SPOKEN = "inkstream.key.", "inkstream"

CLIENT_BITS = 64  # of an IPv6 address, which name a subscriber's network: RFC 6177 gives nobody less


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key by its name, for logs and limits, and by its digest; the key itself is not kept."""

    name: str
    digest: bytes = field(repr=False)


def parse_key(text: str) -> ApiKey:
    """`name:secret` as a key. Raises ValueError, which does not repeat the secret."""
    match = KEY.fullmatch(text)
    if match is None:
        raise ValueError("Should be name:key, with a key of 16 letters, digits, '-', '.', '_' or '~', or more")
    return ApiKey(match["name"], _digest(match["secret"]))


def find_key(keys: Iterable[ApiKey], secret: str) -> ApiKey | None:
    """The key of this secret. All are compared, digest with digest, so that time tells nothing of any."""
    digest = _digest(secret)
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def given_secret(client: HTTPConnection) -> str | None:
    """The secret that a request brings: as a bearer token, in X-API-Key, or as a WebSocket's subprotocol."""
    scheme, _, token = client.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if HEADER in client.headers:
        return client.headers[HEADER]
    offered = client.scope.get("subprotocols") or ()
    return next((name.removeprefix(CARRIER) for name in offered if name.startswith(CARRIER)), None)


class KeyGate:
    """Lets a client with a key in, and everyone to open paths; others get 401. The key's name is `scope["api_key"]`."""

    def __init__(self, app: ASGIApp, keys: Sequence[ApiKey]) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or OPEN.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        secret = given_secret(HTTPConnection(scope))
        key = None if secret is None else find_key(self._keys, secret)
        if key is None:
            what = "The API key is not one of this service's." if secret else "An API key is needed."
            response = answer(KeyRequired(what), scope["path"])
            response.headers["WWW-Authenticate"] = 'Bearer realm="inkstream"'
            await response(scope, receive, send)
            return
        scope["api_key"] = key.name
        private = _private(send)
        await self._app(scope, receive, _speaking(private) if SPOKEN in scope.get("subprotocols", ()) else private)


def client_name(client: HTTPConnection) -> tuple[str, str]:
    """Who asks, for the limits: `("key", name)` of a client that brings a key, else `("address", address)`.

    An IPv6 address counts as its network of 64 bits, of which a single client may use every address.
    """
    if "api_key" in client.scope:
        return "key", client.scope["api_key"]
    return "address", client_address(client.client.host if client.client else "unknown")


def client_address(host: str) -> str:
    """The address, or the network of an IPv6 address, that counts as one client."""
    return _network(host) if ":" in host else host


def _private(send: Send) -> Send:
    """Tell shared caches to keep nothing that takes a key: they would hand it to those who have none."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "cache-control" in headers:
                headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
        await send(message)

    return send_private


def _speaking(send: Send) -> Send:
    """Accept a WebSocket with the subprotocol that was offered beside the key: browsers insist on one."""

    async def accept(message: Message) -> None:
        if message["type"] == "websocket.accept":
            message = {**message, "subprotocol": SPOKEN}
        await send(message)

    return accept


def _network(address: str) -> str:
    """The network of an IPv6 address; the IPv4 address that one stands for."""
    try:
        six = IPv6Address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return address
    return str(six.ipv4_mapped or IPv6Network((six, CLIENT_BITS), strict=False))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
