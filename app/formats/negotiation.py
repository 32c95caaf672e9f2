"""Which form of a drawing a client wants, and whether it has it already."""

import re
from functools import lru_cache
from typing import Literal

from starlette.requests import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_etags

from app.errors import NotAcceptable

Format = Literal["svg", "json", "png", "gif", "ndjson"]

CHARSET = re.compile(r"\s*;\s*charset=\"?utf-8\"?", re.IGNORECASE)

# In order of preference, which decides between forms that the client accepts equally.
MEDIA_TYPES: dict[Format, str] = {
    "svg": "image/svg+xml",
    "json": "application/json",
    "png": "image/png",
    "gif": "image/gif",
    "ndjson": "application/x-ndjson",
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
    accept = _accept(header)
    # `quality` is that of the most specific range that matches; werkzeug's `best_match` lets */* override a q=0
    best = max(MEDIA_TYPES, key=lambda form: accept.quality(MEDIA_TYPES[form]))
    return best if accept.quality(MEDIA_TYPES[best]) > 0 else None


def _accept(header: str) -> MIMEAccept:
    """The header's ranges. All that is text is UTF-8, so a range that asks for that is the range without it."""
    ranges = parse_accept_header(header, MIMEAccept)
    return MIMEAccept((CHARSET.sub("", name), quality) for name, quality in ranges)


def has_already(request: Request, tag: str) -> bool:
    """Whether If-None-Match names the entity tag, so that 304 is enough (RFC 9110, section 13.1.2)."""
    header = ", ".join(request.headers.getlist("if-none-match"))
    return bool(header) and parse_etags(header).contains_weak(tag)
