"""Where Redis is, as a setting says it. What redis-py would stumble over when a client asks is found at the start."""

import re
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

LIKE = (
    "Should be like redis://host:6379/0, rediss://... or unix://..., with what is special in a password as %40 is for @"
)
DATABASE = re.compile(r"/?[0-9]*")
# Options behind a `?` that say how to reach Redis, beside those of TLS. Others change what its answers look like, or
# send again what may have been sent.
OPTIONS = frozenset(
    {
        *("db", "username", "password", "client_name", "protocol"),
        *("socket_timeout", "socket_connect_timeout", "socket_keepalive", "health_check_interval", "max_connections"),
    }
)


def parse_redis_url(text: str) -> str:
    """The URL, without blanks about it; nothing is no Redis. Raises ValueError; nothing is connected to."""
    url = text.strip()
    if not url:
        return url
    if "://" not in url:  # redis:6379 would be a database of this machine
        raise ValueError(LIKE)
    try:
        parts = urlsplit(url)
        connections = ConnectionPool.from_url(url)
    except (ValueError, TypeError):
        raise ValueError(LIKE) from None
    if "@" in parts.query or (parts.scheme != "unix" and not DATABASE.fullmatch(parts.path)):
        raise ValueError(f"{LIKE}; what follows the host is the number of a database")
    names = {pair.partition("=")[0] for pair in parts.query.split("&") if pair}
    of_tls = {name for name in names if name.startswith("ssl_")}
    for name in sorted(names - of_tls - OPTIONS):
        raise ValueError(f"The option {name!r} is not one that the service can use")
    if of_tls and parts.scheme != "rediss":
        raise ValueError(f"Options of TLS are for rediss://..., not for {parts.scheme}://...")
    try:
        connections.make_connection()  # type: ignore[no-untyped-call] # as redis-py has it
    except (TypeError, ValueError, RedisError) as error:
        raise ValueError(f"Its options cannot be used: {error}") from None
    return url
