"""Headers that tell browsers what an answer may do, and to whom it may be shown."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.cross_origin import is_open

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# A drawing that is opened by itself runs nothing and loads nothing, should an SVG ever hold more than a drawing.
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
# Swagger UI's page starts itself by a script in the page, and sets styles from scripts; both are the service's own.
DOCS = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Fields = Sequence[tuple[bytes, bytes]]


def _encoded(policy: str, embedded: str) -> Fields:
    """All of them as ASGI has them, so that none is encoded for each answer."""
    named = {**ALWAYS, "Cross-Origin-Resource-Policy": embedded, "Content-Security-Policy": policy}
    return [(name.lower().encode(), value.encode()) for name, value in named.items()]


OWN, EMBEDDED, PAGE_OF_DOCS = (
    _encoded(NOTHING, "same-origin"),
    _encoded(NOTHING, "cross-origin"),
    _encoded(DOCS, "same-origin"),
)


class SecurityHeaders:
    """Adds them to every answer; what a route says itself stands.

    Where the service needs no keys, pages of others may embed what they may read: drawings, and what there is to draw.
    """

    def __init__(self, app: ASGIApp, *, open_to_pages: bool) -> None:
        self._app = app
        self._open = open_to_pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        fields = self._fields(scope["path"])

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                said = list(message.get("headers", ()))
                names = {name for name, _ in said}  # ASGI has them in small letters
                message = {**message, "headers": said + [field for field in fields if field[0] not in names]}
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _fields(self, path: str) -> Fields:
        return PAGE_OF_DOCS if path == "/docs" else EMBEDDED if self._open and is_open(path) else OWN
