"""`POST /like/{category}`: draw others like mine."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.formats.given import Given
from app.formats.no_null import no_null
from app.formats.picture.look import LookQuery
from app.formats.query import CLOSENESS, Closeness, Wish
from app.formats.render import RequestedDrawings, cost, render
from app.routes.address.paths import category_and_form
from app.routes.alike.chosen import Turn, cost_of_likenesses, fit_whole, likenesses, order_alike, read, whole
from app.routes.drawing_answer import ANSWER, chosen_answer
from app.routes.openapi import problem_responses
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["drawings"])


class LikenessQuery(LookQuery):
    """What may follow the `?` of a request for likenesses: how the answer is written."""

    coordinates: Literal["yours", "ours"] | None = Field(
        None,
        json_schema_extra=no_null,
        description="JSON only: `yours` is in your units, each drawing over the middle of yours; `ours` is in pixels "
        "from the first point, as in /draw. Default: `yours`.",
    )


class Likeness(Given, Wish):
    """What to draw others of, and how near."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(1, ge=1, description="How many drawings like it.")
    closeness: Closeness = Field(
        CLOSENESS, description="How near to yours: 0 is any of the category, 1 as near as the network can."
    )


@router.post(
    "/like/{category}",
    summary="Draw others like mine",
    response_class=Response,
    responses={200: ANSWER, **problem_responses(400, 404, 406, 413, 415, 422, 429, 500, 503)},
    dependencies=[Depends(only(*LikenessQuery.model_fields))],
)
async def like(
    request: Request,
    category: Annotated[
        str, Path(description="What it is, matched as in /draw, with its extension.", examples=["penguin"])
    ],
    query: Annotated[LikenessQuery, Query()],
    body: Likeness,
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """Drawings of the category that are like a given one, as a sheet or as a list of them.

    Each is the nearest of several. Its seed, latent code, system and temperatures give it again by `/draw`.
    """
    category, form = await category_and_form(request, service, category, query.format)
    look = query.look(form, several=True)
    if query.coordinates is not None and form != "json":
        raise Invalid([("coordinates", f"Shapes JSON only, and the answer is {form.upper()}")])
    wanted = await order_alike(service, request, category, body, body.closeness, count=body.count)
    fitted = await fit_whole(service, wanted[0].subject, body)

    async def draw(turn: Turn) -> RequestedDrawings:
        return await likenesses(turn, wanted, await read(turn, wanted[0], whole(fitted)), body.closeness)

    write = partial(render, form, look=look, several=True, over=None if query.coordinates == "ours" else fitted)
    work = cost(form, body.count, look) + cost_of_likenesses(body.count, body.closeness)
    return await chosen_answer(request, draw, form, write, cost=work)
