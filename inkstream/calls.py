"""What is asked of the service, as plain values: who sends them, and how, is not known here."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypedDict
from urllib.parse import quote

from pydantic import BaseModel

from inkstream.answers import CategoriesAnswer, DrawingAnswer, EndingsAnswer, GuessesAnswer, SheetAnswer
from inkstream.errors import Problem
from model.card import SEEDS
from model.density.seed import seed_number
from model.names import slug

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

NO_PARTS = ("", ".", "..")  # of a path: they lead elsewhere
Value = str | int | float | bool | None
Seed = int | str


class HasStrokes(Protocol):
    """A drawing of ours."""

    @property
    def category(self) -> str: ...
    @property
    def strokes(self) -> "Sequence[ArrayLike]": ...


End = str | HasStrokes  # of a way: a category, or a drawing
Strokes = HasStrokes | Mapping[str, Any] | Iterable["ArrayLike"]  # a drawing, a body with `strokes` or `stroke5`, lines


class Wish(TypedDict, total=False):
    """How a drawing is to be made; docs/api.md describes each."""

    at: str
    best: int
    closeness: float
    latent: str
    system: str
    temp_p: float
    temp_xy: float


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a method, a path, what follows the `?`, for POST a body, and what its JSON answer has."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    answer: type[BaseModel] | None = field(default=None, compare=False)

    def written(self, form: str, look: Mapping[str, Value]) -> "Call":
        """The same, answered in this form and look."""
        return replace(self, query={**self.query, "format": form, **_texts(look)})


def draw(
    category: str, *, seed: Seed | None = None, count: int | None = None, like: Seed | None = None, **wish: Value
) -> Call:
    """`GET /draw/{category}`, of a random seed unless one is given, so that the same call gives the same drawing."""
    near = None if like is None else number_of(like)
    query = {"seed": number_of(seed), "count": count, "like": near, **wish}
    return Call(
        "GET", f"/draw/{_part(category)}", _texts(query), answer=DrawingAnswer if count is None else SheetAnswer
    )


def again(body: Mapping[str, Any]) -> Call:
    """The call that gives the drawing of a JSON body once more."""
    names = ("seed", "system", "temp_xy", "temp_p", "at", "latent")
    return Call(
        "GET",
        f"/draw/{_part(body['category'])}",
        _texts({name: body.get(name) for name in names}),
        answer=DrawingAnswer,
    )


def like(category: str, drawing: Strokes, *, seed: Seed | None = None, count: int | None = None, **wish: Value) -> Call:
    """`POST /like/{category}`."""
    body = _body(given(drawing), wish, seed=number_of(seed), count=count)
    return Call("POST", f"/like/{_part(category)}", body=body, answer=SheetAnswer)


def complete(category: str | None, drawing: Strokes, *, seed: Seed | None, count: int, **wish: Value) -> Call:
    """`POST /complete`, of a category or of what the service takes the drawing for."""
    path = "/complete" if category is None else f"/complete/{_part(category)}"
    return Call("POST", path, body=_body(given(drawing), wish, seed=number_of(seed), count=count), answer=EndingsAnswer)


def recognise(drawing: Strokes, top: int) -> Call:
    """`POST /recognise`."""
    return Call("POST", "/recognise", body=_body(given(drawing), {}, top=top), answer=GuessesAnswer)


def between(
    first: End, second: End, *, seed: Seed | None, seeds: tuple[Seed | None, Seed | None], **wish: Value
) -> Call:
    """`GET /between/{a}/{b}`, or `POST /between` where an end is a drawing. `seeds`: of the ends that are none."""
    start, stop = map(number_of, seeds)
    if isinstance(first, str) and isinstance(second, str):
        query = _texts({"from": start, "to": stop, "seed": number_of(seed), **wish})
        return Call("GET", f"/between/{_part(first)}/{_part(second)}", query, answer=SheetAnswer)
    ends = {"from": _end(first, start), "to": _end(second, stop)}
    return Call("POST", "/between", body=_body(ends, wish, seed=number_of(seed)), answer=SheetAnswer)


def categories(search: str) -> Call:
    """`GET /categories`."""
    return Call("GET", "/categories", _texts({"compact": True, "q": search}), answer=CategoriesAnswer)


def given(drawing: Strokes) -> dict[str, Any]:
    """A drawing as the service takes it. Raises ValueError for what is none."""
    if isinstance(drawing, Mapping):
        return dict(drawing)
    lines: Any = getattr(drawing, "strokes", drawing)
    try:
        return {"strokes": [[[float(x), float(y)] for x, y in line] for line in lines]}
    except (TypeError, ValueError):
        raise ValueError("A drawing is a list of lines of points, such as [[(0, 0), (40, -60)], [(9, 9)]]") from None


def number_of(seed: Seed | None) -> int:
    """The number of a seed; a random one where there is none. Raises ValueError for what is no seed."""
    return secrets.randbelow(SEEDS) if seed is None else seed_number(str(seed))


def _end(end: End, seed: int) -> dict[str, Any]:
    return {"category": end, "like": seed} if isinstance(end, str) else {"category": end.category, **given(end)}


def _part(name: str) -> str:
    """A category as a part of a path. Raises Problem, as the service would answer, for a name that can be none."""
    try:
        return quote(slug(name) if "/" in name or name in NO_PARTS else name, safe="")
    except ValueError:
        told = f"No category is named {name!r}. GET /categories lists all."
        kind = {"type": "urn:inkstream:problem:unknown-category", "title": "Unknown category", "status": 404}
        raise Problem({**kind, "detail": told, "near": []}) from None


def _body(named: Mapping[str, Any], wish: Mapping[str, Value], **more: Value) -> dict[str, Any]:
    return {name: value for name, value in {**named, **more, **wish}.items() if value is not None}


def _texts(values: Mapping[str, Value]) -> dict[str, str]:
    """Values as a query has them; what is None is left out."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values.items()
        if value is not None
    }
