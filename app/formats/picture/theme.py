"""The colours of a picture: what may be asked for, and what a theme makes of the rest."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.formats.negotiation import Format
from app.formats.no_null import no_null
from app.formats.picture.color import css_color
from model.picture.ink import CURRENT

LIGHT = ("black", "white")  # lines, and what they lie on
DARK = ("#f0ede6", "#1b1d20")  # as the page has them

Theme = Literal["auto", "light", "dark"]


def _color(value: str) -> str:
    try:
        return css_color(value)
    except ValueError:
        raise PydanticCustomError(
            "color", "Should be a CSS colour such as teal, 077, ff8800cc or rgb(0 119 119 / 50%)"
        ) from None


def _own_color(value: str) -> str:
    found = _color(value)
    if found == CURRENT:
        raise PydanticCustomError("color", "Should be a colour of its own; currentColor is for the lines")
    return found


class ColorsQuery(BaseModel):
    """The colours of a picture."""

    model_config = ConfigDict(frozen=True)

    color: Annotated[str, AfterValidator(_color)] | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: colour of the lines, as CSS Color 4 writes it: a name, hexadecimal digits with or "
        "without `#` (`%23` in a URL), `rgb()`, `hsl()`, `hwb()`, `lab()`, `lch()`, `oklab()`, `oklch()`, `color()`, "
        "with alpha or without; answers have it in sRGB. `currentColor` is that of the text around an SVG, and the "
        "default elsewhere.",
    )
    background: Annotated[str, AfterValidator(_own_color)] | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: colour of what the lines lie on, or `transparent`. Default: nothing in SVG, white "
        "in other forms, unless the theme says otherwise.",
    )
    theme: Theme | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: the `color` and `background` that are not given: `light` is black on white, `dark` "
        "is light grey on nearly black. `auto` is what the viewer prefers (`prefers-color-scheme`) in SVG, and light "
        "in other forms, which cannot know it.",
    )

    def colors(self, form: Format) -> dict[str, Any]:
        """What was asked of the colours, as a `Look` has it."""
        color = None if self.color == CURRENT and form != "svg" else self.color
        named = {"color": color, "background": self.background}
        given = {name: value for name, value in named.items() if value is not None}
        if self.theme is None:
            return given
        dark = dict(zip(("color", "background"), DARK, strict=True)) | given
        if self.theme == "dark":
            return dark
        light = dict(zip(("color", "background"), LIGHT, strict=True)) | given
        if self.theme == "auto" and form == "svg":
            return light | {"dark": (dark["color"], dark["background"])}
        return light
