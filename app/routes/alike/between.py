"""`GET /between/{a}/{b}` and `POST /between`: the drawings on the way from one to another."""

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.engine.request import DrawRequest
from app.formats.between import About, Between, BetweenBody, BetweenQuery, End, render_way
from app.formats.negotiation import Format, negotiate
from app.formats.picture.look import LookQuery
from app.formats.query import Wish
from app.formats.render import RequestedDrawings, cost
from app.formats.seed import SeedValue, any_seed
from app.middleware.api_keys import client_name
from app.routes.address.paths import category_and_form
from app.routes.address.pinning import Pin, version_of
from app.routes.alike.chosen import Turn
from app.routes.alike.way import Ends, end_of, find_ends, walk
from app.routes.drawing_answer import ANSWER, FROM_HEADER, SEED_HEADER, TO_HEADER, chosen_answer, seed_headers
from app.routes.openapi import problem_responses, reference
from app.routes.order import check_count
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["drawings"])

INTEGER = {"type": "integer"}

WAY: dict[str, Any] = {
    "headers": ANSWER["headers"]
    | {
        SEED_HEADER: {"description": "The seed that, with both ends, gives the way again.", "schema": INTEGER},
        FROM_HEADER: {"description": "The seed of our drawing that it begins with, if it does.", "schema": INTEGER},
        TO_HEADER: {"description": "The seed of our drawing that it ends with, if it does.", "schema": INTEGER},
    },
    "description": "The drawings of the way: a strip as SVG or PNG, one after the other and back again as GIF.",
    "content": ANSWER["content"] | {"application/json": {"schema": reference(BetweenBody)}},
}


@router.get(
    "/between/{a}/{b}",
    summary="Draw what lies between two of our drawings",
    response_class=Response,
    responses={
        200: WAY,
        304: {"description": "The drawings that If-None-Match names are still the ones."},
        **problem_responses(404, 406, 422, 429, 500, 503),
    },
    dependencies=[Depends(only(*BetweenQuery.names()))],
)
async def between(
    request: Request,
    a: Annotated[str, Path(description="What the way begins with, matched as in /draw.", examples=["cat"])],
    b: Annotated[
        str,
        Path(
            description="What it ends with; it may be the same. An extension may follow, as in /draw.", examples=["dog"]
        ),
    ],
    query: Annotated[BetweenQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """Drawings on the way from one of ours to another, by the arc between their latent codes."""
    query.check()
    b, form = await category_and_form(request, service, b, query.format)
    first, second = end_of(a, query.from_, query.from_latent), end_of(b, query.to, query.to_latent)
    return await _answer(request, service, (first, second), query, query, form, steps=query.steps)


@router.post(
    "/between",
    summary="Draw what lies between two drawings",
    response_class=Response,
    responses={200: WAY, **problem_responses(400, 404, 406, 413, 415, 422, 429, 500, 503)},
    dependencies=[Depends(only(*LookQuery.model_fields))],
)
async def between_mine(
    request: Request,
    query: Annotated[LookQuery, Query()],
    body: Between,
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """The same between drawings of yours, or one of yours and one of ours."""
    return await _answer(
        request, service, (body.from_, body.to), body, query, query.format or negotiate(request), steps=body.steps
    )


async def _answer(
    request: Request,
    service: Service,
    named: tuple[End, End],
    wish: Wish,
    query: LookQuery,
    form: Format,
    *,
    steps: int,
) -> Response:
    """The way between two ends as an answer."""
    look = query.look(form, several=form != "gif")
    check_count(service, steps, "steps")
    ends = await find_ends(service, *named, wish)
    await service.rates.spend(*client_name(request), ends.drawings(steps))
    seed = any_seed() if wish.seed is None else wish.seed
    first, second = ends.subjects
    about = About((first.card.name, second.card.name), seed, (named[0].like, named[1].like))

    async def draw(turn: Turn) -> RequestedDrawings:
        return await walk(turn, ends, wish, steps=steps, seed=seed.number)

    write = partial(render_way, form, look=look, about=about)
    said = {SEED_HEADER: seed, FROM_HEADER: named[0].like, TO_HEADER: named[1].like}
    more = {key: value for name, said_seed in said.items() for key, value in seed_headers(name, said_seed).items()}
    pin = partial(_pin, service, ends, query, seed) if isinstance(query, BetweenQuery) else None
    work = cost(form, steps, look) + ends.cost(steps)
    return await chosen_answer(request, draw, form, write, cost=work, pin=pin, more=more)


def _pin(
    service: Service, ends: Ends, query: BetweenQuery, seed: SeedValue, _first: DrawRequest
) -> tuple[Pin, str | None]:
    """The pin of a way between drawings of ours, or codes, and the version of what was asked for."""
    catalogue = service.library.loaded()
    originals = [catalogue.find(each.card.slug).subject(query.system) for each in ends.subjects]
    version = version_of(service, *ends.subjects, *originals)
    said = {"seed": str(seed.number)}
    seeds = {name: end.like for name, end in zip(("from", "to"), ends.named, strict=True)}
    said |= {name: str(end.number) for name, end in seeds.items() if end}
    first, second = (quote(each.card.slug) for each in ends.subjects)
    pin = Pin(f"/between/{first}/{second}", version, said, texts={"seed": seed, **seeds})
    return pin, version if query.is_whole() else None
