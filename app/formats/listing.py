"""The list of categories as JSON: each category is written once, and the lists that most ask for too."""

from collections.abc import Callable, Collection
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.catalogue.catalogue import Catalogue, Category
from app.catalogue.subject import Subject
from app.errors import Invalid
from app.formats.asset import Asset
from app.formats.no_null import no_null
from app.formats.thumbnail import thumbnail_version
from model.card import LONGEST_NAME
from model.names import match_key

ChosenBy = Callable[[Subject], str]


class SystemSummary(BaseModel):
    """One network that draws a category."""

    system: str = Field(description="Its name, for `?system=`.", examples=["gmm512_20"])
    temp_xy: float = Field(description="Recommended temperature of the moves, taken where a request names none.")
    temp_p: float = Field(description="Recommended temperature of the pen, taken where a request names none.")


class CategoryBrief(BaseModel):
    """One category in the list, with `compact`."""

    slug: str = Field(description="Its name in paths.", examples=["the-eiffel-tower"])
    name: str = Field(description="Its name.", examples=["The Eiffel Tower"])
    group: str = Field(description="The group of things that it is one of.", examples=["buildings and streets"])
    available: bool = Field(description="False once its network could not be loaded.")


class CategorySummary(CategoryBrief):
    """One category in the list."""

    aliases: list[str] = Field(description="Other names that it is found by.", examples=[["eiffel"]])
    default: str | None = Field(description="The system that draws where a request names none.")
    systems: list[SystemSummary] = Field(description="The systems that draw it.")
    draw_url: str = Field(description="Where it is drawn.", examples=["/draw/the-eiffel-tower"])
    card_url: str = Field(description="Where its cards are.", examples=["/categories/the-eiffel-tower"])
    thumbnail_url: str = Field(
        description="Where a small picture of it is; the address changes when the picture does.",
        examples=["/categories/the-eiffel-tower/thumbnail?v=1b2c3d4e"],
    )


class CategoryList(BaseModel):
    """Categories: by slug, or, where `q` is given, the likeliest first."""

    total: int = Field(description="How many there are, those that `limit` and `offset` leave out included.")
    categories: list[CategorySummary | CategoryBrief] = Field(description="They; shorter with `compact`.")


class ListQuery(BaseModel):
    """Which categories are wanted, and how much of each."""

    model_config = ConfigDict(frozen=True)

    q: str = Field(
        "",
        max_length=LONGEST_NAME,
        description="Only those that this may mean: by name, alias, plural, the beginning or a part of one, or one "
        "like it. The likeliest come first.",
        examples=["plane"],
    )
    group: str = Field("", description="Only those of this group.", examples=["animals"])
    limit: int | None = Field(None, json_schema_extra=no_null, ge=1, description="How many at most. Default: all.")
    offset: int = Field(0, ge=0, description="How many to leave out at the beginning.")
    compact: bool = Field(False, description="Only slug, name, group, and whether it is available.")


class Listing:
    """The categories of a catalogue. `failed`: folders of the networks that could not be loaded.

    `prefix` is the path below which clients reach the service. `chosen_by`: the hash of the recogniser that chooses the
    thumbnail of a subject, or nothing.
    """

    def __init__(
        self, catalogue: Catalogue, failed: Collection[Path], prefix: str = "", *, chosen_by: ChosenBy = lambda _: ""
    ) -> None:
        self.failed = failed
        self._catalogue = catalogue
        summaries = [
            _summary(category, failed, prefix, chosen_by(category.shown)) for category in catalogue.categories()
        ]
        self._groups = {match_key(each.group): each.group for each in summaries if each.group}
        self._group_of = {each.slug: match_key(each.group) for each in summaries}
        self._whole = {each.slug: orjson.Fragment(each.model_dump_json()) for each in summaries}
        brief = set(CategoryBrief.model_fields)
        self._brief = {each.slug: orjson.Fragment(each.model_dump_json(include=brief)) for each in summaries}
        self._assets: dict[tuple[str, bool], Asset] = {}  # of lists that are neither searched nor cut

    def asset(self, query: ListQuery) -> Asset:
        """The list that a query asks for, a `CategoryList`. Raises Invalid for a group that nothing is of."""
        group = match_key(query.group)
        if query.group and group not in self._groups:
            raise Invalid([("group", f"Should be one of: {', '.join(sorted(self._groups.values()))}")])
        if query.q or query.limit is not None or query.offset:
            return self._written(query, group)
        key = (group, query.compact)
        if key not in self._assets:
            self._assets[key] = self._written(query, group)
        return self._assets[key]

    def _written(self, query: ListQuery, group: str) -> Asset:
        found = [category.slug for category in self._catalogue.search(query.q)]
        found = [slug for slug in found if not group or self._group_of[slug] == group]
        end = None if query.limit is None else query.offset + query.limit
        texts = self._brief if query.compact else self._whole
        body = {"total": len(found), "categories": [texts[slug] for slug in found[query.offset : end]]}
        return Asset("categories.json", orjson.dumps(body))


def _summary(category: Category, failed: Collection[Path], prefix: str, chosen_by: str) -> CategorySummary:
    shown, subjects = category.shown, category.systems.values()
    return CategorySummary(
        slug=category.slug,
        name=category.name,
        group=next((subject.card.group for subject in subjects if subject.card.group), ""),
        available=shown.network.folder not in failed,
        aliases=list(dict.fromkeys(alias for subject in subjects for alias in subject.card.aliases)),
        default=category.default,
        systems=[
            SystemSummary(system=subject.system, temp_xy=subject.card.temp_xy, temp_p=subject.card.temp_p)
            for subject in subjects
        ],
        draw_url=f"{prefix}/draw/{category.slug}",
        card_url=f"{prefix}/categories/{category.slug}",
        thumbnail_url=f"{prefix}/categories/{category.slug}/thumbnail?v={thumbnail_version(shown, chosen_by)}",
    )
