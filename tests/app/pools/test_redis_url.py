import pytest

from app.pools.redis_url import parse_redis_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis://",
        "redis://:secret@host:6379/1",
        "redis://[::1]:6379?db=2&protocol=3&socket_timeout=5",
        "rediss://user:p%40ss%2Fword@host?ssl_cert_reqs=none&ssl_check_hostname=False",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_what_can_be_used_stays_as_it_is(url: str) -> None:
    """Each scheme, with a password, a database, and options that say how to reach it; blanks about it are cut."""
    assert parse_redis_url(f" {url}\n") == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("host:6379", "Should be like redis://"),
        ("redis+sentinel://host/main", "Should be like redis://"),
        ("redis://host:secret", "Should be like redis://"),
        ("redis://host/main", "number of a database"),
        ("redis://host/0/1", "number of a database"),
        ("redis://:secret@secret/secret@host/0", "%40 is for @"),
        ("redis://:secret?secret@host/0", "%40 is for @"),
        ("redis://:secret#secret@host/0", "%40 is for @"),
        ("redis://host?decode_responses=True", "option 'decode_responses'"),
        ("redis://host?encoding=ascii", "option 'encoding'"),
        ("redis://host?retry_on_timeout=True", "option 'retry_on_timeout'"),
        ("redis://host?colour=red", "option 'colour'"),
        ("redis://host?ssl_cert_reqs=none", "for rediss://"),
        ("rediss://host?ssl_colour=red", "ssl_colour"),
        ("rediss://host?ssl_cert_reqs=maybe", "maybe"),
        ("redis://host?protocol=9", "protocol"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(url: str, reason: str) -> None:
    """Else the first client would be answered 500, or another database be used; no secret is said back."""
    with pytest.raises(ValueError, match=reason) as refused:
        parse_redis_url(url)
    assert "secret" not in str(refused.value)
