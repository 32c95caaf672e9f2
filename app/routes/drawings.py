"""`GET /draw/{category}`: drawings that nobody drew before."""

import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.engine.request import DrawRequest
from app.errors import QueueFull, TooLate
from app.formats.negotiation import MEDIA_TYPES, Format, has_already, negotiate
from app.formats.query import PIXELS, DrawQuery, Look
from app.formats.render import DrawingBody, DrawingsBody, cost, render
from app.formats.render_pool import DrawCall
from app.middleware.api_keys import client_name
from app.pools.entry import ReadyDrawing
from app.routes.disconnect import unless_gone
from app.routes.openapi import problem_responses, reference
from app.routes.order import order
from app.routes.service import Service, current_service, service_of
from app.routes.strict import only
from model.drawing import Drawing

Cache = Literal["hit", "miss", "reused", "bypass"]  # whether a drawing lay ready


class QuickRoute(APIRoute):
    """Where there is no query there is nothing to check; FastAPI takes longer to find that out than a ready drawing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, but for requests without a query."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.scope["query_string"]:
                return await handler(request)
            return await draw(request, request.path_params["category"], NO_QUERY, service_of(request))

        return handle


router = APIRouter(tags=["drawings"], route_class=QuickRoute)

NO_QUERY = DrawQuery.model_validate({})

CATEGORY_HEADER = "X-Inkstream-Category"
SEED_HEADER, COUNT_HEADER = "X-Inkstream-Seed", "X-Inkstream-Count"
TEMP_XY_HEADER, TEMP_P_HEADER = "X-Inkstream-Temp-XY", "X-Inkstream-Temp-P"
CACHE_HEADER = "X-Cache"
KEEP_SECONDS = 24 * 60 * 60  # a seeded drawing changes only with its checkpoint; after a day a cache asks again

SVG_EXAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5.5 -45.5 71 51"><title>penguin, seed 7</title>'
    '<g fill="none" stroke="black" stroke-width="3"><path d="M0.0 0.0 L20.5 -40.0 L60.0 -3.5"/></g></svg>'
)
NDJSON_EXAMPLE = (
    '{"word":"penguin","countrycode":"ZZ","timestamp":"1970-01-01 00:00:00.00000 UTC","recognized":true,'
    '"key_id":"0000000000000007","drawing":[[[0,88,255],[171,0,156]]]}\n'
)
ANSWER: dict[str, Any] = {
    "description": "The drawing, or drawings. Others each time, unless `seed` is given.",
    "content": {
        "image/svg+xml": {"schema": {"type": "string"}, "example": SVG_EXAMPLE},
        "application/json": {"schema": {"anyOf": [reference(DrawingBody), reference(DrawingsBody)]}},
        "image/png": {"schema": {"type": "string", "format": "binary"}},
        "image/gif": {"schema": {"type": "string", "format": "binary"}},
        "application/x-ndjson": {"schema": {"type": "string"}, "example": NDJSON_EXAMPLE},
    },
    "headers": {
        CATEGORY_HEADER: {
            "description": "The slug of what is drawn, percent-encoded as in paths.",
            "schema": {"type": "string"},
        },
        SEED_HEADER: {"description": "The seed of the drawing, or of the first.", "schema": {"type": "integer"}},
        COUNT_HEADER: {
            "description": "How many; their seeds follow each other.",
            "schema": {"type": "integer"},
        },
        TEMP_XY_HEADER: {"description": "Temperature of its moves.", "schema": {"type": "number"}},
        TEMP_P_HEADER: {"description": "Temperature of its pen.", "schema": {"type": "number"}},
        CACHE_HEADER: {
            "description": "hit: it lay ready. miss: none did. reused: handed out before, too many wait. "
            "bypass: one that lay ready would not do.",
            "schema": {"type": "string", "enum": list(get_args(Cache))},
        },
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
            description='What to draw: a name, an alias or a plural; case, spaces, `-`, `_` and a leading "the" do not '
            "count. `surprise` is any of them.",
            examples=["penguin"],
        ),
    ],
    query: Annotated[DrawQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """A drawing of the category, decoded for this request, as a picture or as stroke-5 rows in JSON.

    With `count` it is a sheet of several, or a list of them.
    """
    form = query.format or negotiate(request)
    look = query.look(form)
    wanted, _ = await order(service, request, category, query, count=query.count or 1)
    pools = service.pools if query.takes_ready() else None
    ready = None if pools is None else await pools.take(wanted[0])
    cache: Cache = "hit"
    if ready is None:
        cache = "bypass" if pools is None else "miss"
        draw = partial(service.draw, client_name(request), wanted)
        try:
            body = await unless_gone(request, _body(request, wanted, draw, form, look, several=query.count is not None))
            return _answer(request, wanted, form, body, cache, keep=query.seed is not None)
        except (QueueFull, TooLate):
            ready, cache = None if pools is None else pools.again(wanted[0]), "reused"
            if ready is None:
                raise
    return await _ready(request, wanted[0], ready, form, look, cache)


async def _ready(
    request: Request, wanted: DrawRequest, ready: ReadyDrawing, form: Format, look: Look, cache: Cache
) -> Response:
    """A ready drawing as an answer."""
    taken = replace(wanted, seed=ready.seed)
    if form == "svg" and not look:
        return _answer(request, [taken], form, ready.svg, cache)

    async def draw() -> list[Drawing]:
        return [ready.drawing()]

    body = await unless_gone(request, _body(request, [taken], draw, form, look, several=False))
    return _answer(request, [taken], form, body, cache)


async def _body(
    request: Request, wanted: Sequence[DrawRequest], draw: DrawCall, form: Format, look: Look, *, several: bool
) -> bytes:
    """The drawings, decoded and written. Raises ClientLimited, QueueFull, TooLate, DecodingFailed or ShuttingDown."""
    if not several and form not in PIXELS:  # quicker than handing it to a thread
        return render(form, list(zip(wanted, await draw(), strict=True)), look, several=False)

    def write(drawings: list[Drawing]) -> bytes:
        return render(form, list(zip(wanted, drawings, strict=True)), look, several=several)

    return await service_of(request).picture(client_name(request), draw, write, cost(form, len(wanted)))


def _answer(
    request: Request, wanted: Sequence[DrawRequest], form: Format, body: bytes, cache: Cache, *, keep: bool = False
) -> Response:
    """The body with its headers; 304 without it where the client has it. `keep`: caches may store it."""
    request.app.state.service.metrics.answers.labels(cache).inc()
    headers = {
        CATEGORY_HEADER: quote(wanted[0].subject.card.slug),
        SEED_HEADER: str(wanted[0].seed),
        COUNT_HEADER: str(len(wanted)),
        TEMP_XY_HEADER: str(wanted[0].temp_xy),
        TEMP_P_HEADER: str(wanted[0].temp_p),
        "Vary": "Accept",
        CACHE_HEADER: cache,
        "Cache-Control": f"public, max-age={KEEP_SECONDS}" if keep else "no-store",
    }
    if keep:
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers["ETag"] = f'"{tag}"'
        if has_already(request, tag):
            return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)
