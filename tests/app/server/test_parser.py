import httptools
import pytest

from app.server.parser import Parser, encoded, without_offer


class Protocol:
    """Notes what it is told; takes no upgrade unless it is told to."""

    def __init__(self, *, takes: bool = False) -> None:
        self.takes = takes
        self.bodies: list[bytes] = []
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []

    def on_message_begin(self) -> None:
        self.url, self.headers = b"", []

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.bodies.append(body)

    def head_without_offer(self) -> bytes | None:
        return None if self.takes else without_offer(b"POST", self.url, "1.1", self.headers)


REQUEST = b"POST /a?b HTTP/1.1\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc"


def test_the_body_after_an_offer_is_read() -> None:
    """The head is read again without it; other tokens of Connection stay."""
    protocol = Protocol()
    Parser(protocol).feed_data(REQUEST)
    assert protocol.bodies == [b"abc"]
    assert protocol.url == b"/a?b"
    assert protocol.headers == [(b"connection", b"close"), (b"content-length", b"3")]


def test_an_upgrade_that_is_taken_stops_the_parser() -> None:
    """As httptools' own does."""
    with pytest.raises(httptools.HttpParserUpgrade):
        Parser(Protocol(takes=True)).feed_data(REQUEST)


def test_only_the_first_line_is_encoded() -> None:
    """Headers and bodies are bytes of their own."""
    assert encoded("GET /é HTTP/1.1\r\nX: é\r\n\r\né".encode()) == "GET /%C3%A9 HTTP/1.1\r\nX: é\r\n\r\né".encode()
