"""The query parameters of a drawing."""

from typing import Annotated, TypedDict, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.errors import Invalid
from app.formats.color import css_color
from app.formats.negotiation import Format
from model.card import LONGEST_NAME, MAX_TEMPERATURE, SEEDS
from model.recogniser.candidates import MOST

PICTURES: tuple[Format, ...] = ("svg", "png", "gif")
PIXELS: tuple[Format, ...] = ("png", "gif")
LARGEST_GIF = 512  # pixels a side: all frames of one being written take up to 30 MB


def _color(value: str) -> str:
    try:
        return css_color(value)
    except ValueError:
        raise PydanticCustomError(
            "color", "Should be a CSS colour such as teal, #077, #007777 or rgb(0 119 119)"
        ) from None


def _positive_zero(value: float) -> float:
    return value + 0.0  # -0.0 is 0.0, in the headers too


Temperature = Annotated[float, Field(ge=0, le=MAX_TEMPERATURE, allow_inf_nan=False), AfterValidator(_positive_zero)]

Pace = Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]


def no_null(schema: JsonDict) -> None:
    """Take null out of a parameter's schema: one left out is None inside, but no client can send it."""
    either = schema.pop("anyOf")
    assert isinstance(either, list)
    for choice in either:
        if isinstance(choice, dict) and choice != {"type": "null"}:
            schema.update(choice)


class Look(TypedDict, total=False):
    """What a picture looks like, as `app.formats.render.picture` takes it; `size` is for those in pixels."""

    stroke_width: float
    color: str
    padding: float
    size: int


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
    seed: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=0,
        lt=SEEDS,
        description="0 to 2^53 - 1. The same seed and temperatures draw the same. Default: random; answers name it.",
    )
    system: str | None = Field(
        None,
        json_schema_extra=no_null,
        max_length=LONGEST_NAME,
        description="Which of the category's networks draws, see /categories. Default: the category's own default.",
    )


class DrawQuery(Wish):
    """What may follow the `?` of a drawing."""

    format: Format | None = Field(
        None,
        json_schema_extra=no_null,
        description="Form of the answer. Default: what the Accept header prefers, SVG where it does not say.",
    )
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
    stroke_width: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=0.1,  # a thinner line could not be seen
        le=50,
        allow_inf_nan=False,
        description="Pictures only: width of the lines in pixels of the drawing, which is about 255 long; 0.1 to 50.",
    )
    color: Annotated[str, AfterValidator(_color)] | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: colour of the lines as CSS writes it: a name, `#` with hexadecimal digits (`%23` "
        "in a URL), `rgb()`, `hsl()` or `hwb()`.",
    )
    padding: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=0,
        le=500,
        allow_inf_nan=False,
        description="Pictures only: space around each drawing, in its pixels, 0 to 500.",
    )
    size: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=16,
        le=1024,
        description="PNG and GIF only: pixels of the picture's longer side, 16 to 1024, for a GIF up to 512. "
        "Default: 512, for a sheet as PNG 1024.",
    )
    fresh: bool = Field(False, description="Whether to draw it now, rather than hand out one that lies ready.")

    def takes_ready(self) -> bool:
        """Whether a drawing that lies ready would do: sheets and lists have seeds that follow each other."""
        return self.seed is None and self.count is None and not self.fresh

    def look(self, form: Format) -> Look:
        """What was asked of the picture. Raises Invalid for what does not go with the form."""
        look = self.model_dump(include=set(Look.__annotations__), exclude_none=True)
        for name in look:
            if form not in (PIXELS if name == "size" else PICTURES):
                only = "a PNG or GIF" if name == "size" else "a picture"
                raise Invalid([(name, f"Shapes {only} only, and the answer is {form.upper()}")])
        if form == "gif" and look.get("size", 0) > LARGEST_GIF:
            raise Invalid([("size", f"Should be less than or equal to {LARGEST_GIF} for a GIF")])
        return cast("Look", look)


class LiveQuery(Wish):
    """What may follow the `?` of a drawing that is sent as it is decoded."""

    pace: Pace | None = Field(
        None,
        json_schema_extra=no_null,
        description="Points a second, 1 to 1000. Default: as fast as they come.",
    )
    belief: bool = Field(
        False, description="Say with each row what it was drawn from: the mixture, and the odds of the pen."
    )
