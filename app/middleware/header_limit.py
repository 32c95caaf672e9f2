"""A bound on each header that the service reads, before anything reads it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.formats.problems import of_status, respond

FIELD_BYTES = 4096  # all lines of one name together: a hundred entity tags
READ = frozenset(
    b"accept accept-encoding authorization content-length content-type host if-none-match origin x-api-key "
    b"x-forwarded-for x-forwarded-proto x-request-id".split()
)  # a cookie that another service of this host has set is none of our business
PREFIXES = (b"access-control-", b"sec-websocket-")


class HeaderLimit:
    """Answers a request with 431 where a header that the service reads is too long (RFC 6585, section 5)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = _too_long(scope["headers"]) if scope["type"] in ("http", "websocket") else None
        if name is None:
            await self._app(scope, receive, send)
            return
        problem = of_status(431, f"The header {name!r} has more than {FIELD_BYTES} bytes.", scope["path"])
        await respond(problem)(scope, receive, send)


def _too_long(headers: list[tuple[bytes, bytes]]) -> str | None:
    """The name of a header that is too long, if any is."""
    if sum(len(value) for _, value in headers) <= FIELD_BYTES:  # nearly always
        return None
    lengths: dict[bytes, int] = {}
    for name, value in headers:
        lengths[name] = lengths.get(name, 0) + len(value)
    return next(
        (
            name.decode("latin-1")
            for name, length in lengths.items()
            if length > FIELD_BYTES and (name in READ or name.startswith(PREFIXES))
        ),
        None,
    )
