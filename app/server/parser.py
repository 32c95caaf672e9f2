"""httptools' parser of requests, which reads on where an upgrade is offered and not taken.

By RFC 9110, section 7.8, a server may pass over an offer and answer as if there were none. llhttp stops at the end of
such a head, and what follows, the body, would be lost: Java's HttpClient and `curl --http2` offer HTTP/2 with every
first request.

Nor does llhttp take letters beyond ASCII in a URL, which curl sends as they are typed: `?seed=Zoë`.
"""

import re
from collections.abc import Iterable
from typing import Any

import httptools

BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
OFFERS = {b"upgrade", b"http2-settings"}  # headers that say which, and that `Connection` names


class Parser:
    """A parser for one connection; it is given the same calls, and has the same attributes."""

    def __init__(self, protocol: Any) -> None:  # noqa: ANN401 - whatever takes httptools' callbacks
        self._protocol = protocol
        self._parser = _begin(protocol)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - httptools has no types
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> None:
        """Parse. Raises HttpParserUpgrade at the end of a head whose upgrade the protocol takes."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            head = self._protocol.head_without_offer()
            if head is None:
                raise
            self._parser = _begin(self._protocol)
            self._parser.feed_data(head)
            self.feed_data(data[upgrade.args[0] :])


def _begin(protocol: Any) -> Any:  # noqa: ANN401 - httptools has no types
    """A parser as uvicorn sets it up."""
    parser = httptools.HttpRequestParser(protocol)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


def encoded(data: bytes) -> bytes:
    """The beginning of a request, with the bytes of its first line that no URL may have percent-encoded."""
    if data.isascii():
        return data
    line, end, rest = data.partition(b"\r\n")
    return BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


def without_offer(method: bytes, url: bytes, version: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The head of a request without what offers an upgrade."""
    lines = [b"%b %b HTTP/%b" % (method, url, version.encode())]
    for name, value in headers:
        if name == b"connection":
            kept = [part.strip() for part in value.split(b",") if part.strip().lower() not in OFFERS]
            lines += [b"connection: " + b", ".join(kept)] if kept else []
        elif name not in OFFERS:
            lines.append(name + b": " + value)
    return b"\r\n".join(lines) + b"\r\n\r\n"
