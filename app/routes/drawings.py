"""`GET /draw/{category}`: drawings that nobody drew before."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.engine.chooser import BEST
from app.engine.request import DrawRequest
from app.errors import QueueFull, TooLate
from app.formats.negotiation import Format
from app.formats.query import CLOSENESS, DrawQuery
from app.formats.render import RequestedDrawings, cost, render
from app.middleware.api_keys import client_name
from app.pools.entry import ReadyDrawing
from app.routes.address.paths import category_and_form
from app.routes.address.pinning import pin_drawing
from app.routes.address.quick_route import QuickRoute
from app.routes.alike.chosen import Turn, cost_of_likenesses, likenesses, order_alike, own, read
from app.routes.disconnect import unless_gone
from app.routes.drawing_answer import ANSWER, Cache, PinOf, chosen_answer, drawing_answer
from app.routes.openapi import problem_responses
from app.routes.order import order
from app.routes.service import DrawCall, Service, current_service, service_of
from app.routes.strict import only
from model.drawing import Drawing
from model.picture.look import PLAIN, Look

router = APIRouter(tags=["drawings"], route_class=QuickRoute)
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: ANSWER,
    304: {"description": "The drawing that If-None-Match names is still the one."},
    **problem_responses(404, 406, 422, 429, 500, 503),
}


@router.get(
    "/draw/{category}",
    summary="Draw",
    response_class=Response,
    responses=RESPONSES,
    dependencies=[Depends(only(*DrawQuery.model_fields))],
)
async def draw(
    request: Request,
    category: Annotated[
        str,
        Path(
            description='What to draw: a name, an alias or a plural; case, spaces, `-`, `_` and a leading "the" do not '
            "count. `surprise` is any of them. An extension (`.svg`, `.png`, `.webp`, `.gif`, `.json`, `.ndjson`, "
            "`.hpgl`, `.gcode`) may follow it: the form of the answer, whatever Accept says.",
            examples=["penguin"],
        ),
    ],
    query: Annotated[DrawQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """A drawing of the category, decoded for this request, as a picture or as stroke-5 rows in JSON.

    With `count` it is a sheet of several, or a list of them.
    """
    category, form = await category_and_form(request, service, category, query.format)
    return await drawn(request, service, category, query, form)


async def drawn(request: Request, service: Service, category: str, query: DrawQuery, form: Format) -> Response:
    """The answer to a wish for a category in a form."""
    query.check()
    look = query.look(form, several=query.count is not None)
    if query.like is not None:
        return await _alike(request, service, category, query, form, look)
    best, pin = query.best or 1, partial(pin_drawing, service, query)
    wanted, _ = await order(service, request, category, query, count=query.count or 1, best=best)
    known = service.chooser.knows(wanted[0].subject)
    best, pooled = (best, query.best or BEST) if known else (1, 1)
    pools = service.pools if query.takes_ready() else None
    ready = None if pools is None else await pools.take(wanted[0], pooled)
    if ready is not None:
        return await _ready(request, wanted[0], ready, form, look, pin, best=pooled, cache="hit")
    cache: Cache = "bypass" if pools is None else "miss"
    draw = partial(service.draw, client_name(request), wanted, best)
    try:
        made, body = await unless_gone(
            request, drawn_body(request, wanted, draw, form, look, several=query.count is not None)
        )
    except (QueueFull, TooLate):
        ready = None if pools is None else pools.again(wanted[0], pooled)
        if ready is None:
            raise
        return await _ready(request, wanted[0], ready, form, look, pin, best=pooled, cache="reused")
    return drawing_answer(request, [each for each, _ in made], form, body, cache, best=best, pin=pin)


async def _alike(
    request: Request, service: Service, category: str, query: DrawQuery, form: Format, look: Look
) -> Response:
    """Likenesses of one of our own drawings."""
    assert query.like is not None
    seed, count = query.like, query.count or 1
    closeness = CLOSENESS if query.closeness is None else query.closeness
    wanted = await order_alike(service, request, category, query, closeness, count=count, of_ours=True)

    async def draw(turn: Turn) -> RequestedDrawings:
        slug = wanted[0].subject.card.slug
        original = await read(turn, wanted[0], await own(turn, slug, query.system, seed))
        return await likenesses(turn, wanted, original, closeness)

    write = partial(render, form, look=look, several=query.count is not None)
    work = cost(form, count, look) + cost_of_likenesses(count, closeness)
    return await chosen_answer(request, draw, form, write, cost=work, pin=partial(pin_drawing, service, query))


async def _ready(
    request: Request,
    wanted: DrawRequest,
    ready: ReadyDrawing,
    form: Format,
    look: Look,
    pin: PinOf,
    *,
    best: int,
    cache: Cache,
) -> Response:
    """A ready drawing as an answer."""
    taken = wanted.of_seed(ready.seed)
    if form == "svg" and look == PLAIN:
        return drawing_answer(request, [taken], form, ready.svg, cache, best=best, pin=pin)

    async def draw() -> list[Drawing]:
        return [ready.drawing()]

    _, body = await unless_gone(request, drawn_body(request, [taken], draw, form, look, several=False))
    return drawing_answer(request, [taken], form, body, cache, best=best, pin=pin)


async def drawn_body(
    request: Request, wanted: Sequence[DrawRequest], draw: DrawCall, form: Format, look: Look, *, several: bool
) -> tuple[RequestedDrawings, bytes]:
    """The drawings, decoded, each with what asks for it again, and written. Raises as `Service.draw` does."""
    made: RequestedDrawings = []

    def write(drawings: list[Drawing]) -> bytes:
        nonlocal made
        made = [(each.of_seed(drawing.seed), drawing) for each, drawing in zip(wanted, drawings, strict=True)]
        return render(form, made, look, several=several)

    if not several and cost(form, 1, look) == 1:  # quicker than handing it to a thread
        body = write(await draw())
    else:
        body = await service_of(request).picture(client_name(request), draw, write, cost(form, len(wanted), look))
    return made, body
