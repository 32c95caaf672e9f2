"""`GET /categories/{name}/thumbnail`: what a category looks like, in small."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.catalogue.subject import Subject
from app.engine.chooser import BEST
from app.formats.asset import ASK_AGAIN, UNCHANGING
from app.formats.query import Wish
from app.formats.thumbnail import thumbnail_version
from app.routes.openapi import problem_responses
from app.routes.order import requests
from app.routes.service import Service, current_service
from app.routes.strict import only
from model.drawing import Drawing

router = APIRouter(tags=["categories"])


@router.get(
    "/categories/{name}/thumbnail",
    summary="Show a category in small",
    response_class=Response,
    responses={
        200: {"description": "The picture.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        304: {"description": "The picture is still the one that If-None-Match names."},
        **problem_responses(404, 422, 429, 500, 503),
    },
    dependencies=[Depends(only("v"))],
)
async def thumbnail(
    request: Request,
    name: Annotated[str, Path(description="The category, matched as in /draw.", examples=["penguin"])],
    service: Annotated[Service, Depends(current_service)],
    v: Annotated[
        str, Query(max_length=100, description="Which picture it is, as `thumbnail_url` has it: then caches keep it.")
    ] = "",
) -> Response:
    """An SVG of at most 1.5 kB, always the same: one drawing by the category's default network, in thick ink.

    It is the best of four, where the service has a recogniser that knows the category.

    It is drawn when it is first asked for, and counts against no rate.
    """
    subject = (await service.library.catalogue()).find(name).shown
    picture = await service.thumbnails.get(subject, partial(_draw, service, subject))
    keep = UNCHANGING if v == thumbnail_version(subject, service.chooser.chosen_by(subject)) else ASK_AGAIN
    return picture.answer(request, {"Cache-Control": keep})


async def _draw(service: Service, subject: Subject) -> Drawing:
    """The drawing that shows a subject well."""
    network = await service.library.network(subject)
    wish = Wish(seed=subject.card.seed)
    wanted = requests(network, subject, wish, max_points=service.settings.max_points)
    [drawing] = await service.chooser.draw(wanted, BEST)
    return drawing
