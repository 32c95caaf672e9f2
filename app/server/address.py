"""Whether the service can listen where its settings say, in plain words where it cannot."""

import errno
import os
import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException

SECONDS = 2.0  # for an answer from this machine
REASONS = {
    errno.EADDRINUSE: "is in use by another process; stop it, or set PORT",
    errno.EACCES: "is not for this user; ports below 1024 are for the administrator, so set PORT",
    errno.EADDRNOTAVAIL: "is not an address of this machine; set INKSTREAM_HOST",
}


def why_not_listen(host: str, port: int) -> str | None:
    """What keeps a service from listening there, with what to do; None where it can, on every address of the name."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):  # letters that no name has
        return f"{where} is no address, nor a name that this machine knows; set INKSTREAM_HOST to such as 127.0.0.1"
    try:
        for family, *_, address in found:
            _listen(family, address)
    except OSError as error:
        return f"{where} {REASONS.get(error.errno or 0, f'cannot be listened on: {error.strerror or error}')}"
    return None


def serves_already(host: str, port: int) -> bool:
    """Whether a service of ours answers there, ready or not: who looks after one that runs finds its port in use."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - of every address one is enough
    with closing(HTTPConnection(here, port, timeout=SECONDS)) as connection:
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse().read()
        except (OSError, UnicodeError, HTTPException):  # the second of letters that no name has
            return False
    return b"urn:inkstream:" in answer or b'"categories"' in answer


def _listen(family: int, address: tuple[object, ...]) -> None:
    """Listen there for a moment, as an event loop does."""
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError:  # a machine without IPv6, whose event loop passes over it too
        return
    with listening:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen()
