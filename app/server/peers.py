"""How many connections each client has open: one of them could keep everyone else out."""

from collections import Counter
from collections.abc import Sequence

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.middleware.api_keys import client_address
from app.middleware.forwarded import with_mapped
from app.settings import Settings

LEAST = 64  # connections of a client, whatever its share: browsers open six for each page


class Peers:
    """Counts the connections of each client. Those of a trusted proxy are not counted: they are many clients'."""

    def __init__(self, most: int | None, proxies: Sequence[str]) -> None:
        """`most`: of one client; None is as many as it likes."""
        self._most = most
        self._trusted = ProxyHeadersMiddleware(_nothing, trusted_hosts=with_mapped(proxies)).trusted_hosts
        self._open: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"<Peers {dict(self._open)}>"

    @classmethod
    def of(cls, settings: Settings, connections: int) -> "Peers":
        """Those of a service with room for so many connections: each client may have its share."""
        share = settings.client_share
        return cls(None if share == 1 else max(LEAST, int(share * connections)), settings.proxies)

    def join(self, host: str) -> str | None:
        """Count a connection from this address: as whose, for `leave`; None where its client has as many as it may."""
        if self._most is None or host in self._trusted:
            return ""
        client = client_address(host)
        if self._open[client] >= self._most:
            return None
        self._open[client] += 1
        return client

    def leave(self, client: str) -> None:
        """Count one less."""
        self._open[client] -= 1
        if self._open[client] <= 0:
            del self._open[client]


async def _nothing(*_: object) -> None:
    """No application: only the list of trusted hosts is used."""
