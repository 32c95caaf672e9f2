"""The query parameters of a drawing."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.engine.steering import TemperatureChange
from app.errors import Invalid
from app.formats.no_null import no_null
from app.formats.picture.look import LookQuery
from app.formats.seed import Seed
from app.formats.steering import LONGEST_AT, changes_of, checked
from model.card import LONGEST_NAME, MAX_TEMPERATURE, Card
from model.recogniser.candidates import MOST

LONGEST_LATENT = 1000  # characters: codes of up to 749 numbers
MOST_ROWS = 10_001  # of any drawing, its end among them
CLOSENESS = 0.75  # unless a request says otherwise: clearly alike, and no two the same


def _positive_zero(value: float) -> float:
    return value + 0.0  # -0.0 is 0.0, in the headers too


Temperature = Annotated[float, Field(ge=0, le=MAX_TEMPERATURE, allow_inf_nan=False), AfterValidator(_positive_zero)]
Pace = Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]
Closeness = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


Version = Annotated[
    str | None,
    Field(
        json_schema_extra=no_null,
        max_length=100,
        description="The version of what draws, as the `Link` of an answer has it: caches keep the drawing for a year. "
        "Goes with a seed.",
    ),
]


class Wish(BaseModel):
    """Which drawing of a category is wanted, however that is said."""

    model_config = ConfigDict(frozen=True)

    temp_xy: Temperature | None = Field(
        None,
        json_schema_extra=no_null,
        description="Temperature of the moves, 0 to 10. 0 draws the most probable move each time, 1 draws as boldly "
        "as the network was trained to, more is wilder. Default: the recommended one, see /categories.",
    )
    temp_p: Temperature | None = Field(
        None,
        json_schema_extra=no_null,
        description="Temperature of the pen, 0 to 10: how freely strokes and the drawing end. "
        "Default: the recommended one, see /categories.",
    )
    seed: Seed | None = Field(
        None,
        json_schema_extra=no_null,
        description="0 to 2^53 - 1, or any text of at most 200 characters, which stands for such a number. The same "
        "seed and temperatures draw the same. Default: random; answers name it.",
    )
    system: str | None = Field(
        None,
        json_schema_extra=no_null,
        max_length=LONGEST_NAME,
        description="Which of the category's networks draws, see /categories. Default: the category's own default, or "
        "the first that knows latent codes where one is asked for.",
    )

    @property
    def seed_number(self) -> int | None:
        """The number of the seed; None for any."""
        return None if self.seed is None else self.seed.number


class CodedWish(Wish):
    """The same, and by which latent code."""

    latent: str | None = Field(
        None,
        json_schema_extra=no_null,
        max_length=LONGEST_LATENT,
        description="Latent code to draw by, as `latent` of an answer has it: the same code, seed and temperatures "
        "draw the same. Default: none, or for some categories one that the seed picks.",
    )
    at: Annotated[str, AfterValidator(checked)] | None = Field(
        None,
        json_schema_extra=no_null,
        max_length=LONGEST_AT,
        description="Other temperatures after so many drawn points: `12:1.6` is `temp_xy`, `12:,0.5` is `temp_p`, "
        "`12:1.6;30:0.4,0.5` is one change after the other. `end` of a steered drawing says it. Default: none.",
        examples=["12:1.6"],
    )

    @property
    def changes(self) -> tuple[TemperatureChange, ...]:
        """How the temperatures change on the way."""
        return changes_of(self.at)


class DrawQuery(CodedWish, LookQuery):
    """What may follow the `?` of a drawing."""

    count: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        description="How many drawings, of seeds one after the other: a sheet of them, or a list. "
        "Default: one drawing, by itself.",
    )
    best: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        le=MOST,
        description="Draw so many at once, 1 to 8, and answer with the one that the recogniser is surest of. Its own "
        "seed brings it again without `best`. Default: 1, or a drawing that lies ready and is the best of four.",
    )
    like: Seed | None = Field(
        None,
        json_schema_extra=no_null,
        description="Seed of a drawing of ours, as the category draws it without `like`: draw others like it.",
    )
    closeness: Closeness | None = Field(
        None,
        json_schema_extra=no_null,
        description="With `like`: how near to it, from 0 (any of the category) to 1 (as near as it can). "
        f"Default: {CLOSENESS:g}.",
    )
    v: Version = None
    fresh: bool = Field(False, description="Whether to draw it now, rather than hand out one that lies ready.")

    def takes_ready(self) -> bool:
        """Whether a drawing that lies ready would do: sheets and lists have seeds that follow each other."""
        if not self.model_fields_set:
            return True
        return not self.fresh and all(wish is None for wish in (self.seed, self.count, self.latent, self.at))

    def check(self) -> None:
        """Raises Invalid for parameters that do not go together."""
        if not self.model_fields_set:
            return
        if self.like is not None and self.latent is not None:
            raise Invalid([("like", "Either like or latent can be given, not both")])
        if self.like is not None and self.at is not None:
            raise Invalid([("at", "Does not go with like, whose drawings are chosen from several")])
        if self.like is not None and self.best is not None and self.best > 1:
            raise Invalid([("best", "Does not go with like, whose drawings are chosen by how near they are")])
        if self.v is not None and self.seed is None:
            raise Invalid([("v", "Goes with a seed: without one each drawing is another")])
        if self.like is None and self.closeness is not None:
            raise Invalid([("closeness", "Goes with like, which names the drawing to be near to")])


class LiveQuery(CodedWish):
    """What may follow the `?` of a drawing that is sent as it is decoded."""

    pace: Pace | None = Field(
        None,
        json_schema_extra=no_null,
        description="Points a second, 1 to 1000. Default: as fast as they come.",
    )
    belief: bool = Field(
        False, description="Say with each row what it was drawn from: the mixture, and the odds of the pen."
    )
    resume: int = Field(
        0,
        ge=0,
        le=MOST_ROWS,
        description="Rows that you have of this drawing: it is drawn again, and you get those after them.",
    )
    checkpoint: str | None = Field(
        None,
        json_schema_extra=no_null,
        pattern=r"^[0-9a-f]{8,64}$",
        description="Hash of the network that drew them, or its beginning, as `start` had it: if another draws now, "
        "`resume` does not count.",
    )

    def check(self) -> None:
        """Raises Invalid for rows of a drawing that is not said: a random one would begin in its middle."""
        if self.resume and self.seed is None:
            raise Invalid([("resume", "Goes with the seed of the drawing, as its start had it")])

    def had_of(self, network: Card) -> int:
        """Rows of a drawing by this network that the client has already; none where they are another's."""
        return self.resume if network.sha256.startswith(self.checkpoint or "") else 0
