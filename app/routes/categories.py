"""`GET /categories` and `GET /categories/{name}`: what can be drawn, and by what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from app.catalogue.catalogue import Category
from app.catalogue.subject import Subject
from app.routes.openapi import problem_responses
from app.routes.service import Service, service_of
from app.routes.strict import only
from model.card import Card

router = APIRouter(tags=["categories"], dependencies=[Depends(only())])


class SystemSummary(BaseModel):
    """One network that draws a category."""

    system: str = Field(description="Its name, for `?system=`.", examples=["gmm512_20"])
    temp_xy: float = Field(description="Recommended temperature of the moves, taken where a request names none.")
    temp_p: float = Field(description="Recommended temperature of the pen, taken where a request names none.")


class CategorySummary(BaseModel):
    """One category in the list."""

    slug: str = Field(description="Its name in paths.", examples=["the-eiffel-tower"])
    name: str = Field(description="Its name.", examples=["The Eiffel Tower"])
    group: str = Field(description="The group of things that it is one of.", examples=["buildings and streets"])
    default: str | None = Field(description="The system that draws where a request names none.")
    systems: list[SystemSummary] = Field(description="The systems that draw it.")
    draw_url: str = Field(description="Where it is drawn.", examples=["/draw/the-eiffel-tower"])
    card_url: str = Field(description="Where its cards are.", examples=["/categories/the-eiffel-tower"])


class CategoryList(BaseModel):
    """All categories, by slug."""

    categories: list[CategorySummary]


class CategoryCards(BaseModel):
    """One category with the card of each of its checkpoints."""

    slug: str = Field(description="Its name in paths.")
    name: str = Field(description="Its name.")
    default: str | None = Field(description="The system that draws where a request names none.")
    draw_url: str = Field(description="Where it is drawn.")
    cards: list[Card] = Field(description="The card of each system: shape, data, score, licence and hash.")


@router.get("/categories", summary="List the categories", responses=problem_responses(422, 503))
async def list_categories(service: Annotated[Service, Depends(service_of)]) -> CategoryList:
    """Every category that can be drawn, with its systems and the temperatures recommended for each."""
    catalogue = await service.catalogue()
    return CategoryList(categories=[_summary(category) for category in catalogue.categories()])


@router.get("/categories/{name}", summary="Show a category's cards", responses=problem_responses(404, 422, 503))
async def show_category(
    name: Annotated[str, Path(description="The category, matched as in /draw.", examples=["penguin"])],
    service: Annotated[Service, Depends(service_of)],
) -> CategoryCards:
    """What each of the category's networks is, what it was trained on, and how well it scores."""
    category = (await service.catalogue()).find(name)
    return CategoryCards(
        slug=category.slug,
        name=category.name,
        default=category.default,
        draw_url=f"/draw/{category.slug}",
        cards=[_card_of(subject) for subject in category.systems.values()],
    )


def _summary(category: Category) -> CategorySummary:
    return CategorySummary(
        slug=category.slug,
        name=category.name,
        default=category.default,
        group=category.group,
        systems=[
            SystemSummary(system=subject.system, temp_xy=subject.card.temp_xy, temp_p=subject.card.temp_p)
            for subject in category.systems.values()
        ],
        draw_url=f"/draw/{category.slug}",
        card_url=f"/categories/{category.slug}",
    )


def _card_of(subject: Subject) -> Card:
    """The card of a subject's network, of its subjects that one alone."""
    return subject.network.card.model_copy(update={"subjects": (subject.card,)})
