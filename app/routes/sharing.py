"""What a link to the page tells of itself where it is shown: Open Graph tags, with a picture of that very drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from pydantic import ValidationError
from starlette.requests import Request

from app.catalogue.catalogue import Catalogue, Category
from app.errors import AppError
from app.formats.given_text import GivenText
from app.formats.query import DrawQuery
from app.middleware.forwarded import base_of
from app.routes.service import Service

TITLE, ABOUT = (
    "Inkstream: networks that draw",
    "Watch a neural network draw, draw together with it, and take the drawings away.",
)
FAVOURITE = "penguin"  # on the picture of a link that names nothing, where it can be drawn
WIDTH, HEIGHT = 960, 504  # pixels of a picture, in the shape that those who show links cut it to
LOOK = {"width": WIDTH, "height": HEIGHT, "margin": 40}
HEAT = ("temp_xy", "temp_p")
Query = Mapping[str, str]


class _LinkQuery(DrawQuery):
    """What of a link to the page may stand in the address of its picture."""

    given: GivenText | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What is said of a link; `picture`: the path of one, without a slash before it."""

    title: str
    description: str
    picture: str | None = None

    def tags(self, base: str) -> str:
        """Elements for the head of the page, where the service is at `base`."""
        picture = f"{base}/{self.picture}" if base and self.picture else None
        named = [
            ("property", "og:site_name", "Inkstream"),
            ("property", "og:type", "website"),
            ("property", "og:title", self.title),
            ("property", "og:description", self.description),
            *([("property", "og:image", picture)] if picture else []),
            *(
                [("property", "og:image:width", str(WIDTH)), ("property", "og:image:height", str(HEIGHT))]
                if picture
                else []
            ),
            *([("property", "og:image:alt", self.title)] if picture else []),
            ("name", "twitter:card", "summary_large_image" if picture else "summary"),
        ]
        return "\n".join(f'    <meta {kind}="{name}" content="{escape(text)}" />' for kind, name, text in named).strip()


def tags_of(request: Request, service: Service) -> str:
    """The tags of the link that was asked for; without a picture where that takes an API key."""
    try:
        preview = preview_of(dict(request.query_params), service.library.loaded())
    except AppError:  # nothing can be drawn yet, or nothing of that name
        preview = Preview(TITLE, ABOUT)
    return Preview(preview.title, preview.description, None if service.settings.api_keys else preview.picture).tags(
        base_of(request)
    )


def preview_of(query: Query, catalogue: Catalogue) -> Preview:
    """What a link with these parameters shows. Raises UnknownCategory."""
    named = query.get("category")
    mode = query.get("mode") or ("watch" if named or "seed" in query else "together")
    if named and mode in MODES:
        return MODES[mode](query, catalogue.find(named), catalogue)
    categories = catalogue.categories()
    some = next((each for each in categories if each.slug == FAVOURITE), categories[0])
    picture = _draw(some, {"seed": "1", "count": "12", "columns": "6"})
    return Preview(TITLE, ABOUT, picture)


def _watch(query: Query, category: Category, _: Catalogue) -> Preview:
    seed = query.get("seed")
    title = f"{category.name}, drawn by a network" if seed is None else f"{category.name}, seed {seed[:40]}"
    about = f"Watch a neural network draw this {category.name}, stroke by stroke."
    return Preview(title, about, _draw(category, _some(query, "seed", *HEAT, "at", "latent", "system")))


def _sheet(query: Query, category: Category, _: Catalogue) -> Preview:
    wanted = {**_some(query, "seed", *HEAT), "count": "12", "columns": "6"}
    return Preview(
        f"{category.name}, as often as you like", "A sheet of drawings that nobody drew.", _draw(category, wanted)
    )


def _alike(query: Query, category: Category, _: Catalogue) -> Preview:
    wanted = _some(query, "like", "closeness", "seed")
    picture = _draw(category, {**wanted, "count": "9", "columns": "5"}) if "like" in wanted else None
    return Preview(f"{category.name}, nine alike", "Nine drawings like one, by a neural network.", picture)


def _between(query: Query, category: Category, catalogue: Catalogue) -> Preview:
    other = catalogue.find(query.get("into") or category.slug)
    ends = {"from": query.get("from"), "to": query.get("to"), "seed": query.get("seed")}
    wanted = {name: seed for name, seed in ends.items() if seed is not None and _is_good("seed", seed)}
    picture = None
    if {"from", "to"} <= wanted.keys():
        path = "/".join(quote(each.slug, safe="") for each in (category, other))
        picture = f"between/{path}.png?{urlencode({**wanted, 'steps': 6, **LOOK})}"
    return Preview(f"{category.name} into {other.name}", "What lies between two drawings.", picture)


def _together(query: Query, category: Category, _: Catalogue) -> Preview:
    about = "You begin, and a neural network finishes it."
    return Preview(f"{category.name}, drawn together", about, _drawn_together(query, category))


def _drawn_together(query: Query, category: Category) -> str:
    """A picture of the drawing that somebody began, finished if the link says from which seed."""
    given = _some(query, "given")
    if not given:
        return _draw(category, {"seed": "1"})
    wanted = _some(query, "seed", *HEAT, "at")
    return _picture("complete", category, {**given, **(wanted if "seed" in wanted else {"finish": "false"})})


MODES: dict[str, Callable[[Query, Category, Catalogue], Preview]] = {
    "watch": _watch,
    "sheet": _sheet,
    "alike": _alike,
    "between": _between,
    "together": _together,
}


def _draw(category: Category, wanted: Query) -> str:
    return _picture("draw", category, wanted)


def _picture(path: str, category: Category, wanted: Query) -> str:
    return f"{path}/{quote(category.slug, safe='')}.png?{urlencode({**wanted, **LOOK})}"


def _some(query: Query, *names: str) -> dict[str, str]:
    """Those of the parameters that a drawing can be asked for with: the page passes over others, too."""
    return {name: query[name] for name in names if name in query and _is_good(name, query[name])}


def _is_good(name: str, value: str) -> bool:
    try:
        _LinkQuery.model_validate({name: value})
    except ValidationError:
        return False
    return True
