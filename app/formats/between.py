"""What lies between two drawings: what is asked for, and how it is answered."""

from dataclasses import dataclass
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.errors import Invalid
from app.formats.aside import ASIDE
from app.formats.given import Given
from app.formats.ndjson_lines import ndjson_bytes
from app.formats.negotiation import Format
from app.formats.no_null import no_null
from app.formats.picture.look import LookQuery
from app.formats.query import LONGEST_LATENT, Version, Wish
from app.formats.render import DrawingBody, RequestedDrawings, cost, json_bytes, sized, whole
from app.formats.seed import Seed, SeedValue
from model.alike.way import shares
from model.card import LONGEST_NAME
from model.picture.layout import sheet
from model.picture.look import SHEET_SIZE, Look
from model.picture.pixels import flipbook
from model.picture.svg import sheet_svg

MOST_STEPS = 32
Steps = Annotated[int, Field(ge=2, le=MOST_STEPS)]
STEPS = 8
STEPS_HELP = f"Drawings of the way, both ends among them: 2 to {MOST_STEPS}."
Latent = Annotated[str, Field(max_length=LONGEST_LATENT)]


class BetweenQuery(Wish, LookQuery):
    """What may follow the `?` of a way between two of our own drawings."""

    from_: Seed | None = Field(
        None,
        alias="from",
        json_schema_extra=no_null,
        description="Seed of the drawing that the way begins with, as /draw has it. Default: random.",
    )
    to: Seed | None = Field(
        None, json_schema_extra=no_null, description="Seed of the drawing that it ends with. Default: random."
    )
    from_latent: Latent | None = Field(
        None, json_schema_extra=no_null, description="The latent code that the way begins with, in place of `from`."
    )
    to_latent: Latent | None = Field(
        None, json_schema_extra=no_null, description="The latent code that it ends with, in place of `to`."
    )
    steps: Steps = Field(STEPS, description=STEPS_HELP)
    v: Version = None

    def is_whole(self) -> bool:
        """Whether it names both ends and the seed, so that it is answered the same each time."""
        both = (self.from_, self.from_latent) != (None, None) != (self.to, self.to_latent)
        return both and self.seed is not None

    def check(self) -> None:
        """Raises Invalid for an end that is given twice, or a version of what is another each time."""
        if self.v is not None and not self.is_whole():
            raise Invalid([("v", "Goes with a seed and both ends: without them each way is another")])
        for name, seed, latent in (("from", self.from_, self.from_latent), ("to", self.to, self.to_latent)):
            if seed is not None and latent is not None:
                raise Invalid([(name, f"Either {name} or {name}_latent can be given, not both")])

    @classmethod
    def names(cls) -> list[str]:
        """What its parameters are called."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class End(Given):
    """One end of a way: a drawing of the client's, one of ours, or a latent code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str = Field(max_length=LONGEST_NAME, description="What it is, matched as in /draw.", examples=["cat"])
    like: Seed | None = Field(None, description="Seed of a drawing of ours, in place of `strokes` or `stroke5`.")
    latent: Latent | None = Field(None, description="A latent code, in place of a drawing.")

    @model_validator(mode="after")
    def _one_drawing(self) -> Self:
        if sum(each is not None for each in (self.strokes, self.stroke5, self.like, self.latent)) != 1:
            raise PydanticCustomError("end", "One of strokes, stroke5, like and latent should be given")
        return self


class Between(Wish):
    """What to draw the way between."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_: End = Field(alias="from", description="The drawing that the way begins with.")
    to: End = Field(description="The drawing that it ends with.")
    steps: Steps = Field(STEPS, description=STEPS_HELP)


class StepBody(DrawingBody):
    """One drawing of the way as JSON."""

    at: float = Field(  # type: ignore[assignment] # nothing is steered on a way; a place on it has the same word
        description="Where on the way it is, from 0 to 1."
    )


class BetweenBody(BaseModel):
    """The drawings of the way as JSON."""

    categories: tuple[str, str] = Field(description="What is drawn at the ends.", examples=[("cat", "dog")])
    seed: int = Field(description="Ask for it, with the same ends, to get the same drawings again.")
    seeds: tuple[int | None, int | None] = Field(
        description="The seeds of the drawings of ours that the way begins and ends with, for `from` and `to`; null "
        "where something else was given."
    )
    seed_texts: tuple[str | None, str | None, str | None] | None = Field(
        None, description="The texts that `seed` and `seeds` stand for, where any was text; else the key is not there."
    )
    drawings: list[StepBody]


@dataclass(frozen=True, slots=True)
class About:
    """What an answer says of a way: its categories, its seed, and those of the drawings of ours at its ends."""

    categories: tuple[str, str]
    seed: SeedValue
    ends: tuple[SeedValue | None, SeedValue | None]

    def body(self) -> dict[str, object]:
        """The same as the keys of a `BetweenBody`."""
        given = (self.seed, *self.ends)
        texts = [None if each is None else each.text for each in given]
        seeds = [None if each is None else each.number for each in self.ends]
        named = {"categories": self.categories, "seed": self.seed.number, "seeds": seeds}
        return {**named, "seed_texts": texts} if any(texts) else named


def render_way(form: Format, drawn: RequestedDrawings, look: Look, about: About) -> bytes:
    """The drawings of a way as the body of an answer: a strip, a flipbook as GIF, or a list."""
    if form == "json":
        return _list(drawn, about)
    if form == "ndjson":
        return ndjson_bytes(drawn)
    rows, look = [drawing.stroke5 for _, drawing in drawn], sized(look, form)
    title = " to ".join(about.categories) if look.title else ""
    columns = min(look.columns or len(rows), len(rows))
    if form == "gif":
        layouts = [sheet([row], look, columns=1) for row in rows]
        return ASIDE.write(flipbook, cost(form, len(rows)), layouts, look, title=title)
    if form == "svg" and not look.pens:
        titles = [f"{title}, {at:.2f}" for at in shares(len(rows))] if look.title else None
        return sheet_svg(rows, look, columns=columns, titles=titles).encode()
    return whole(form, sheet(rows, look, columns=columns), look.sized(SHEET_SIZE), title)


def _list(drawn: RequestedDrawings, about: About) -> bytes:
    steps = [
        orjson.Fragment(b'{"at":%s,%s' % (orjson.dumps(at), json_bytes(*each)[1:]))
        for at, each in zip(shares(len(drawn)), drawn, strict=True)
    ]
    return orjson.dumps({**about.body(), "drawings": steps})
