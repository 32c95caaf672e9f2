"""`GET /draw/{category}/seed/{seed}`: the drawing of a seed, for places that allow no query."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic_core import PydanticCustomError
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.formats.query import DrawQuery
from app.formats.seed import SeedValue, read_seed
from app.routes.address.paths import form_of, split_extension
from app.routes.address.quick_route import QuickRoute
from app.routes.drawings import RESPONSES, drawn
from app.routes.service import Service, current_service
from app.routes.strict import only


class TextConvertor(PathConvertor):
    """The rest of a path, whatever is in it: Starlette's own stops at the end of a line."""

    regex = "(?s:.*)"


register_url_convertor("text", TextConvertor())
router = APIRouter(tags=["drawings"], route_class=QuickRoute)


@router.get(
    "/draw/{category}/seed/{seed:text}",  # which may hold slashes
    summary="Draw from a seed",
    response_class=Response,
    responses=RESPONSES,
    dependencies=[Depends(only(*DrawQuery.model_fields))],
)
async def draw_seeded(
    request: Request,
    category: Annotated[str, Path(description="What to draw, matched as in /draw.", examples=["penguin"])],
    seed: Annotated[
        str,
        Path(
            description="The seed: a number or any text. One extension at its end is the form of the answer, as in "
            "/draw.",
            examples=["ada.png"],
        ),
    ],
    query: Annotated[DrawQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """The same drawing as `/draw/{category}?seed=`, at an address without a query; it may have one all the same."""
    text, extension = split_extension(seed)
    form = form_of(request, extension, query.format)
    named = _seed(text)
    if query.seed is not None and query.seed.number != named.number:
        raise Invalid([("seed", "Contradicts the path")])
    return await drawn(request, service, category, query.model_copy(update={"seed": named}), form)


def _seed(text: str) -> SeedValue:
    try:
        return read_seed(text)
    except PydanticCustomError as error:
        raise Invalid([("seed", str(error))]) from None
