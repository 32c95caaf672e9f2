"""An answer whose bytes are known beforehand: compressed once, with a tag by which a client knows that it has it."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from app.formats.accept import quality
from app.formats.negotiation import has_already

UNCHANGING = "public, max-age=31536000, immutable"  # for what has another address once it changes
ASK_AGAIN = "no-cache"  # kept, but asked for again each time: 304 where it is the same
TYPES = {  # the machine's own table may say otherwise
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed; the ending of its name says what it is."""

    name: str
    content: bytes
    zipped: bytes = field(init=False, repr=False)
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zipped", gzip.compress(self.content, mtime=0))
        object.__setattr__(self, "tag", hashlib.sha256(self.content).hexdigest()[:32])

    def answer(self, request: Request, headers: dict[str, str]) -> Response:
        """The file, compressed where the client reads that; 304 where it has it already."""
        headers = headers | {"ETag": f'W/"{self.tag}"', "Vary": "Accept-Encoding"}  # weak: compressed or not
        if has_already(request, self.tag):
            return Response(status_code=304, headers=headers)
        content = self.content
        if quality(", ".join(request.headers.getlist("accept-encoding")), "gzip", "x-gzip", "*") > 0:
            content, headers["Content-Encoding"] = self.zipped, "gzip"
        return Response(content, media_type=self._media_type(), headers=headers)

    def _media_type(self) -> str:
        return TYPES.get(Path(self.name).suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"
