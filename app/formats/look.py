"""What an answer with drawings looks like: its form, and the colours and lengths of pictures."""

from dataclasses import fields
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.errors import Invalid
from app.formats.color import css_color
from app.formats.negotiation import Format
from app.formats.no_null import no_null
from model.picture.look import Look

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


class LookQuery(BaseModel):
    """What may follow the `?` of a path that answers with drawings, whatever they are."""

    model_config = ConfigDict(frozen=True)

    format: Format | None = Field(
        None,
        json_schema_extra=no_null,
        description="Form of the answer. Default: what the Accept header prefers, SVG where it does not say.",
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

    def look(self, form: Format) -> Look:
        """What was asked of the picture. Raises Invalid for what does not go with the form."""
        asked = self.model_dump(include={field.name for field in fields(Look)}, exclude_none=True)
        for name in asked:
            if form not in (PIXELS if name == "size" else PICTURES):
                only = "a PNG or GIF" if name == "size" else "a picture"
                raise Invalid([(name, f"Shapes {only} only, and the answer is {form.upper()}")])
        if form == "gif" and asked.get("size", 0) > LARGEST_GIF:
            raise Invalid([("size", f"Should be less than or equal to {LARGEST_GIF} for a GIF")])
        return Look(**asked)
