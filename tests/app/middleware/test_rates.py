from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from app.errors import RateLimited
from app.middleware.api_keys import client_name
from app.middleware.rates import Rates, parse_rate
from tests.app.tiny import client_of


def of(addresses: str, keys: str = "") -> Rates:
    return Rates({"address": parse_rate(addresses), "key": parse_rate(keys)})


@pytest.mark.anyio
async def test_an_address_has_so_many() -> None:
    """Beyond its rate an address is refused and told when to come back; others are not."""
    rates = of("3/minute")
    for _ in range(3):
        await rates.spend("address", "a")
    with pytest.raises(RateLimited) as caught:
        await rates.spend("address", "a")
    assert 1 <= caught.value.retry_after <= 60
    await rates.spend("address", "b")


@pytest.mark.anyio
async def test_kinds_of_clients_have_limits_of_their_own() -> None:
    """A key is not an address, whatever its name."""
    rates = of("1/minute", "2/minute")
    await rates.spend("address", "a")
    for _ in range(2):
        await rates.spend("key", "a")
    for kind in ("address", "key"):
        with pytest.raises(RateLimited, match=f"Each {kind} may ask for"):
            await rates.spend(kind, "a")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("1/minute", "1 drawing per minute;"),
        ("3/second", "3 drawings per second;"),
        ("2/5minutes", "2 drawings per 5 minutes;"),
    ],
)
async def test_a_limit_is_said_in_words(limit: str, said: str) -> None:
    """A page shows them to the person whose drawing does not come."""
    with pytest.raises(RateLimited, match=said):
        await of(limit).spend("address", "a", 9)


@pytest.mark.anyio
async def test_several_drawings_count_as_several() -> None:
    """A request for many is let in whole or not at all."""
    rates = of("5/hour")
    await rates.spend("address", "a", 4)
    with pytest.raises(RateLimited):
        await rates.spend("address", "a", 2)
    await rates.spend("address", "a", 1)


@pytest.mark.anyio
async def test_without_a_limit_there_is_none() -> None:
    """By default an address may ask for as much as it likes."""
    rates = of("")
    for _ in range(1000):
        await rates.spend("address", "a", 1000)


@pytest.mark.parametrize(
    "text",
    ["often", "10", "10/blink", "-1/second", "0/minute", "600/minute;5/second", "9/hour, 5/second"],
)
def test_nonsense_is_no_rate(text: str) -> None:
    """A slip in the setting is found at the start; of several rates none is dropped without a word."""
    with pytest.raises(ValueError, match=r".*"):
        parse_rate(text)


def test_a_limited_client_gets_429(checkpoints: Path) -> None:
    """The answer is a problem that says when to ask again; what draws nothing is not counted."""
    with client_of(checkpoints, rate_limit="2/hour") as client:
        statuses = [client.get("/draw/cat").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        answer = client.get("/draw/cat")
        assert answer.json()["type"] == "urn:inkstream:problem:rate-limited"
        assert 0 < int(answer.headers["retry-after"]) <= 2 * 3600
        assert client.get("/draw/nobody").status_code == 404
        assert client.get("/categories").status_code == 200


def test_points_are_bounded(checkpoints: Path) -> None:
    """No drawing has more points than the settings allow."""
    with client_of(checkpoints, max_points=5) as client:
        bodies = [client.get(f"/draw/cat?format=json&seed={seed}").json() for seed in range(8)]
    assert max(body["points"] for body in bodies) == 5
    assert {body["ended"] for body in bodies if body["points"] == 5} >= {False}


def test_one_network_of_ipv6_is_one_client(checkpoints: Path) -> None:
    """Who has a network of 64 bits has no more than who has one address; a mapped IPv4 address is that address."""
    drawn = {}
    with client_of(checkpoints, rate_limit="2/hour") as client:
        for peer in (
            "2001:db8:0:1::1",
            "2001:db8:0:1::2",
            "2001:db8:0:1:ffff::3",
            "2001:db8:0:2::1",
            "::ffff:192.0.2.1",
        ):
            client._transport.client = (peer, 50000)  # type: ignore[attr-defined] # Starlette's, for want of an argument
            drawn[peer] = client.get("/draw/penguin").status_code
    assert list(drawn.values()) == [200, 200, 429, 200, 200]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("not:an:address", "not:an:address"),
    ],
)
def test_clients_are_named_by_network(host: str, name: str) -> None:
    """Whatever a proxy calls them."""
    connection = HTTPConnection({"type": "http", "client": (host, 1), "headers": []})
    assert client_name(connection) == ("address", name)
