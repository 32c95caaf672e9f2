"""`GET /categories` and `GET /categories/{name}`: what can be drawn, and by what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app.catalogue.subject import Subject
from app.formats.asset import ASK_AGAIN
from app.formats.listing import CategoryList, ListQuery
from app.middleware.forwarded import prefix_of
from app.routes.openapi import problem_responses
from app.routes.service import Service, current_service
from app.routes.strict import only
from model.card import Card

router = APIRouter(tags=["categories"])


class CategoryCards(BaseModel):
    """One category with the card of each of its checkpoints."""

    slug: str = Field(description="Its name in paths.")
    name: str = Field(description="Its name.")
    default: str | None = Field(description="The system that draws where a request names none.")
    draw_url: str = Field(description="Where it is drawn.")
    cards: list[Card] = Field(description="The card of each system: shape, data, score, licence and hash.")


@router.get(
    "/categories",
    summary="List the categories",
    response_model=CategoryList,
    responses={304: {"description": "The list is still what If-None-Match names."}, **problem_responses(422, 503)},
    dependencies=[Depends(only(*ListQuery.model_fields))],
)
async def list_categories(
    request: Request, query: Annotated[ListQuery, Query()], service: Annotated[Service, Depends(current_service)]
) -> Response:
    """Every category that can be drawn, with its systems and the temperatures recommended for each.

    `q` searches them, `group` takes those of one group, `limit` and `offset` cut what is left.
    """
    return (await service.listing(prefix_of(request))).asset(query).answer(request, {"Cache-Control": ASK_AGAIN})


@router.get(
    "/categories/{name}",
    summary="Show a category's cards",
    responses=problem_responses(404, 422, 503),
    dependencies=[Depends(only())],
)
async def show_category(
    name: Annotated[str, Path(description="The category, matched as in /draw.", examples=["penguin"])],
    request: Request,
    service: Annotated[Service, Depends(current_service)],
) -> CategoryCards:
    """What each of the category's networks is, what it was trained on, and how well it scores."""
    category = (await service.library.catalogue()).find(name)
    return CategoryCards(
        slug=category.slug,
        name=category.name,
        default=category.default,
        draw_url=f"{prefix_of(request)}/draw/{category.slug}",
        cards=[_card_of(subject) for subject in category.systems.values()],
    )


def _card_of(subject: Subject) -> Card:
    """The card of a subject's network, of its subjects that one alone."""
    return subject.network.card.model_copy(update={"subjects": (subject.card,)})
