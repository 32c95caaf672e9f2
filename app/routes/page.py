"""`GET /`: the sketchbook, a page to draw with the networks, and the files it is made of (`static/`).

And `GET /embed.js`: the element `<inkstream-drawing>`, for pages of others.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.formats.asset import UNCHANGING, Asset
from app.routes.service import service_of
from app.routes.sharing import tags_of

STATIC = Path(__file__).parents[1] / "static"
INDEX, EMBED = "index.html", "embed.js"
ENTRY = "main.js"
OTHER_MODES = {name: f"{name}/{name}.js" for name in ("alike", "between", "sheet")}  # loaded once somebody needs them
IMPORT = re.compile(r'^(?:import|export)\b[^"]*?(?:from )?"(\.{1,2}/[^"]+)"', re.MULTILINE)
SHARING = "{sharing}"  # in the page: what a link to it tells of itself
MOST_PAGES = 64  # with the tags of others, that are kept as they are sent
DIGITS = 16  # of the files' hash, in their address
COMMENT = re.compile(rb"^ +(//|/\*\*).*\n", re.MULTILINE)  # within EMBED: a sixth of what its readers would load
EMBED_HEADERS = {
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",  # its address stays when it changes
    "Access-Control-Allow-Origin": "*",  # else it can be no module of their pages
    "Cross-Origin-Resource-Policy": "cross-origin",
}
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)  # in the page: what has to be done before it names any file
POLICY = (  # nothing from other hosts, nothing inline but that script, no frame around the page
    "default-src 'none'; script-src 'self' '{script}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def read_page(folder: Path) -> tuple[Asset, dict[str, Asset]]:
    """The page, and the files that it names by their address, which has the hash of them all in it; EMBED is none.

    In the page `{files}` stands for their folder, and `{modules}` for the links that load all modules at once that it
    begins with: else a browser finds them one after the other.
    """
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    page = files.pop(INDEX).decode()
    files.pop(EMBED, None)
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    address = f"static/{digest.hexdigest()[:DIGITS]}"
    assets = {f"{address}/{name}": Asset(name, content) for name, content in files.items()}
    page = page.replace("{modules}", preloads(assets, ENTRY)).replace("{files}", address)
    return Asset(INDEX, page.encode()), assets


def preloads(assets: Mapping[str, Asset], *entries: str) -> str:
    """Links that load at once some modules and all that they import, but for what they ask for once it is needed."""
    files = {asset.name: (address, asset.content) for address, asset in assets.items()}
    found, left = dict[str, str](), [name for name in entries if name in files]
    while left:
        name = left.pop()
        found[name], content = files[name]
        imported = {normpath(join(dirname(name), path)) for path in IMPORT.findall(content.decode())}
        left += sorted(imported - found.keys())
    return "\n    ".join(f'<link rel="modulepreload" href="{found[name]}" />' for name in sorted(found))


def policy_of(page: str) -> str:
    """What browsers may load for the page, and its one script by its hash."""
    [script] = INLINE.findall(page)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return POLICY.replace("{script}", f"sha256-{digest}")


def page_router(folder: Path = STATIC) -> APIRouter:
    """Routes of the page. Links to it may carry what others add to them, so it refuses no parameter."""
    index, files = read_page(folder)
    policy = policy_of(index.content.decode())
    links = {mode: preloads(files, entry) for mode, entry in OTHER_MODES.items()}  # a module named twice is loaded once

    @lru_cache(maxsize=MOST_PAGES)
    def shared(tags: str, modules: str) -> Asset:
        return Asset(INDEX, index.content.replace(SHARING.encode(), f"{tags}\n    {modules}".rstrip().encode()))

    script = Asset(EMBED, COMMENT.sub(b"", (STATIC / EMBED).read_bytes()))
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def sketchbook(request: Request) -> Response:
        modules = links.get(request.query_params.get("mode", ""), "")
        page = shared(tags_of(request, service_of(request)), modules)
        return page.answer(request, {"Cache-Control": "no-cache", "Content-Security-Policy": policy})

    @router.get(f"/{EMBED}")
    async def embed(request: Request) -> Response:
        return script.answer(request, dict(EMBED_HEADERS))

    @router.get("/static/{name:path}")
    async def file(request: Request, name: str) -> Response:
        asset = files.get(f"static/{name}")
        if asset is None:
            raise HTTPException(404)
        return asset.answer(request, {"Cache-Control": UNCHANGING})

    return router
