"""`GET /draw/{category}`: a drawing that nobody drew before."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.disconnect import unless_gone
from app.errors import Invalid
from app.negotiation import MEDIA_TYPES, Format, has_already, negotiate
from app.openapi import problem_responses, reference
from app.order import order
from app.query import DrawQuery, only
from app.render import DrawingBody, json_bytes, svg_bytes
from app.request import DrawRequest
from app.service import Service, service_of
from model.decode import Drawing

router = APIRouter(tags=["drawings"])

SEED_HEADER, TEMP_XY_HEADER, TEMP_P_HEADER = "X-Inkstream-Seed", "X-Inkstream-Temp-XY", "X-Inkstream-Temp-P"
KEEP_SECONDS = 24 * 60 * 60  # a seeded drawing changes only with its checkpoint; after a day a cache asks again

SVG_EXAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5.5 -45.5 71 51"><title>penguin, seed 7</title>'
    '<g fill="none" stroke="black" stroke-width="3"><path d="M0.0 0.0 L20.5 -40.0 L60.0 -3.5"/></g></svg>'
)
ANSWER: dict[str, Any] = {
    "description": "The drawing. Another one each time, unless `seed` is given.",
    "content": {
        "image/svg+xml": {"schema": {"type": "string"}, "example": SVG_EXAMPLE},
        "application/json": {"schema": reference(DrawingBody)},
    },
    "headers": {
        SEED_HEADER: {"description": "The drawing's seed.", "schema": {"type": "integer"}},
        TEMP_XY_HEADER: {"description": "Temperature of its moves.", "schema": {"type": "number"}},
        TEMP_P_HEADER: {"description": "Temperature of its pen.", "schema": {"type": "number"}},
        "ETag": {"description": "Changes when the bytes do; seeded drawings only.", "schema": {"type": "string"}},
    },
}


@router.get(
    "/draw/{category}",
    summary="Draw",
    response_class=Response,
    responses={
        200: ANSWER,
        304: {"description": "The drawing that If-None-Match names is still the one."},
        **problem_responses(404, 406, 422, 429, 500, 503),
    },
    dependencies=[Depends(only(*DrawQuery.model_fields))],
)
async def draw(
    request: Request,
    category: Annotated[
        str,
        Path(
            description='What to draw; case, spaces, `-`, `_` and a leading "the" do not count.', examples=["penguin"]
        ),
    ],
    query: Annotated[DrawQuery, Query()],
    service: Annotated[Service, Depends(service_of)],
) -> Response:
    """A drawing of the category, decoded for this request, as SVG or as stroke-5 rows in JSON."""
    form = query.format or negotiate(request)
    options = query.svg_options()
    if form == "json" and options:
        raise Invalid([(next(iter(options)), "Shapes an SVG only, and the answer is JSON")])
    [wanted], _ = await order(service, request, category, query)
    [drawing] = await unless_gone(request, service.engine.draw([wanted]))
    body = json_bytes(wanted, drawing) if form == "json" else svg_bytes(wanted, drawing, options)
    return _answer(request, wanted, drawing, form, body, keep=query.seed is not None)


def _answer(
    request: Request, wanted: DrawRequest, drawing: Drawing, form: Format, body: bytes, *, keep: bool
) -> Response:
    """The body with its headers; 304 without it where the client has it. `keep`: caches may store it."""
    headers = {
        SEED_HEADER: str(drawing.seed),
        TEMP_XY_HEADER: str(wanted.temp_xy),
        TEMP_P_HEADER: str(wanted.temp_p),
        "Vary": "Accept",
        "Cache-Control": f"public, max-age={KEEP_SECONDS}" if keep else "no-store",
    }
    if keep:
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers["ETag"] = f'"{tag}"'
        if has_already(request, tag):
            return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)
