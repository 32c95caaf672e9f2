"""`GET /docs`, and the document that it shows: Swagger UI from files of a package, below any path of a proxy."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.formats.asset import ASK_AGAIN, Asset
from app.middleware.forwarded import prefix_of
from app.routes.strict import only

FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")
FOLDER = "./docs-assets"  # relative to the page: a proxy may have put all of it below a path of its own


def docs_router(app: FastAPI) -> APIRouter:
    """Routes of the page about an application."""
    assets = _assets()
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        """The page. Links to it may carry what others add to them, so it refuses no parameter."""
        return get_swagger_ui_html(
            openapi_url="./openapi.json",
            title=f"{app.title} - Swagger UI",
            swagger_js_url=f"{FOLDER}/swagger-ui-bundle.js",
            swagger_css_url=f"{FOLDER}/swagger-ui.css",
            swagger_favicon_url=f"{FOLDER}/favicon.png",
        )

    @router.get("/openapi.json", dependencies=[Depends(only())])
    async def document(request: Request) -> JSONResponse:
        prefix = prefix_of(request)
        return JSONResponse({**app.openapi(), "servers": [{"url": prefix}]} if prefix else app.openapi())

    @router.get("/docs-assets/{name}")
    async def asset(request: Request, name: str) -> Response:
        if name not in assets:
            raise HTTPException(404)
        return assets[name].answer(request, {"Cache-Control": ASK_AGAIN})

    return router


@cache  # to compress a megabyte takes longer than all else that makes an application
def _assets() -> dict[str, Asset]:
    """Files of Swagger UI, by their names."""
    folder = files("fastapi_offline").joinpath("static")
    return {name: Asset(name, folder.joinpath(name).read_bytes()) for name in FILES}
