import socket

import pytest

from app.server.address import why_not_listen


def test_a_free_port_can_be_listened_on() -> None:
    """On IPv4, on a name of this machine, and on IPv6 beside a service on IPv4 that has the same port."""
    assert why_not_listen("127.0.0.1", 0) is None
    assert why_not_listen("localhost", 0) is None
    with socket.create_server(("0.0.0.0", 0)) as other:  # noqa: S104 - for a moment
        assert "in use" not in (why_not_listen("::", other.getsockname()[1]) or "there may be no IPv6 here")


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "127.0.0.1:{port} is in use by another process; stop it, or set PORT"),
        ("192.0.2.1", "192.0.2.1:{port} is not an address of this machine; set INKSTREAM_HOST"),
        ("0.0.0.0:8000", "is no address, nor a name that this machine knows; set INKSTREAM_HOST"),
        ("[::]", "is no address"),
        ("a..b", "is no address"),
    ],
)
def test_what_cannot_be_listened_on_names_the_setting(host: str, reason: str) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert reason.format(port=port) in (why_not_listen(host, port) or "")
