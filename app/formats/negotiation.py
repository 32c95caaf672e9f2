"""Which form of a drawing a client wants, and whether it has it already."""

from functools import lru_cache
from typing import Literal

from starlette.requests import Request

from app.errors import NotAcceptable
from app.formats.accept import quality

Format = Literal["svg", "json", "png", "webp", "gif", "ndjson", "hpgl", "gcode"]

# In order of preference, which decides between forms that the client accepts equally.
MEDIA_TYPES: dict[Format, str] = {
    "svg": "image/svg+xml",
    "json": "application/json",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "ndjson": "application/x-ndjson",
    "hpgl": "application/vnd.hp-hpgl",
    "gcode": "text/x-gcode",
}


def negotiate(request: Request) -> Format:
    """The form that the Accept header prefers (RFC 9110, section 12.5.1), SVG where it does not say.

    Raises NotAcceptable when it admits none.
    """
    form = _preferred(", ".join(request.headers.getlist("accept")))
    if form is None:
        raise NotAcceptable(list(MEDIA_TYPES.values()))
    return form


@lru_cache(maxsize=256)  # there are few kinds of client, and reading a header takes longer than a ready drawing
def _preferred(header: str) -> Format | None:
    if not header.strip():
        return "svg"
    # the most specific range that matches a form says how much it is wanted
    wanted: dict[Format, float] = {
        form: quality(header, name, f"{name.split('/')[0]}/*", "*/*", "*") for form, name in MEDIA_TYPES.items()
    }
    # browsers name WebP beside `*/*` to say that they know it, not that they would rather have it
    wanted["webp"] = min(wanted["webp"], quality(header, "*/*", "*") or 1.0)
    best = max(wanted, key=lambda form: wanted[form])
    return best if wanted[best] > 0 else None


def has_already(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the entity tag, weak or not, so that 304 is enough (RFC 9110, section 13.1.2)."""
    header = ", ".join(request.headers.getlist("if-none-match"))
    return header.strip() == "*" or f'"{tag}"' in header
