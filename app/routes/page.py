"""`GET /`: the sketchbook, a page to draw with the networks, and the files it is made of (`static/`)."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from app.formats.negotiation import has_already

STATIC = Path(__file__).parents[1] / "static"
INDEX = "index.html"
DIGITS = 16  # of the files' hash, in their address
POLICY = (  # nothing from other hosts, nothing inline, no frame around the page
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
UNCHANGING = "public, max-age=31536000, immutable"  # a changed file has another address
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml"}  # the machine's own table may say otherwise


@dataclass(frozen=True)
class Asset:
    """One file, as it is and compressed."""

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
        if parse_accept_header(request.headers.get("accept-encoding", ""), Accept).quality("gzip") > 0:
            content, headers["Content-Encoding"] = self.zipped, "gzip"
        return Response(content, media_type=self._media_type(), headers=headers)

    def _media_type(self) -> str:
        return TYPES.get(Path(self.name).suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def read_page(folder: Path) -> tuple[Asset, dict[str, Asset]]:
    """The page, and the files that it names by their address, which has the hash of them all in it.

    In the page `{files}` stands for their folder, and `{modules}` for the links that load every module at once: else
    a browser finds them one after the other.
    """
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    page = files.pop(INDEX).decode()
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    address = f"static/{digest.hexdigest()[:DIGITS]}"
    modules = [name for name in sorted(files) if name.endswith(".js") and "/" not in name]
    links = "\n".join(f'    <link rel="modulepreload" href="{address}/{name}" />' for name in modules)
    page = page.replace("{modules}", links.strip()).replace("{files}", address)
    return Asset(INDEX, page.encode()), {f"{address}/{name}": Asset(name, content) for name, content in files.items()}


def page_router(folder: Path = STATIC) -> APIRouter:
    """Routes of the page. Links to it may carry what others add to them, so it refuses no parameter."""
    index, files = read_page(folder)
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def sketchbook(request: Request) -> Response:
        return index.answer(request, {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY})

    @router.get("/static/{name:path}")
    async def file(request: Request, name: str) -> Response:
        asset = files.get(f"static/{name}")
        if asset is None:
            raise HTTPException(404)
        return asset.answer(request, {"Cache-Control": UNCHANGING})

    return router
