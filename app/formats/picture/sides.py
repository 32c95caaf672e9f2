"""How large a picture is, and of which shape: what may be asked for, within bounds that each form has."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Invalid
from app.formats.negotiation import Format
from app.formats.no_null import no_null
from app.formats.picture.length import Length, LengthText
from model.picture.look import PLOT_SIZE

LEAST = 16  # pixels a side
MOST: dict[Format, int] = {
    "png": 1024,
    "webp": 1024,
    "gif": 512,  # all frames of one being written take up to 30 MB
}
MOST_ON_PAPER = 10_000  # pixels of CSS a side where none are drawn: 2.6 metres
ON_PAPER: dict[Format, Length] = dict.fromkeys(("hpgl", "gcode"), Length(PLOT_SIZE, "mm"))  # by default
SIZES = ("size", "width", "height")


class SidesQuery(BaseModel):
    """The sides of a picture."""

    model_config = ConfigDict(frozen=True)

    size: LengthText | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: the longer side, in pixels of CSS or with a unit: `200`, `80mm`, `8cm`, `3in`, "
        "`72pt`. A PNG or WebP has 16 to 1024 pixels a side, a GIF up to 512, an SVG up to 10000. Default: 512, for a "
        "sheet as PNG or WebP 1024, 150mm for a plotter; an SVG without it is as large as the page lets it be.",
    )
    width: LengthText | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures only: the width, in place of `size`; the height follows from the ink. With `height`, the "
        "ink is fitted in and centred.",
    )
    height: LengthText | None = Field(
        None, json_schema_extra=no_null, description="Pictures only: the height, in place of `size` or beside `width`."
    )
    square: bool = Field(False, description="Pictures only: make the picture a square, with the ink in the middle.")
    dpr: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        le=4,
        allow_inf_nan=False,
        description="PNG, WebP and GIF only: pixels of the picture to one pixel of CSS, each way, 1 to 4, for screens "
        "that have more. Default: 1.",
    )
    margin: LengthText | None = Field(
        None,
        json_schema_extra=no_null,
        description="Pictures whose `size`, `width` or `height` is given: space between the picture's edge and what is "
        "drawn, as a length such as `10mm`. A drawing by itself then has no `padding` unless that is given, too.",
    )

    def sides(self, form: Format) -> dict[str, Any]:
        """What was asked of the sides, as a `Look` has it. Raises Invalid for what this form cannot have."""
        given = {name: length for name in SIZES if (length := getattr(self, name)) is not None}
        if not given and form in ON_PAPER:
            given = {"size": ON_PAPER[form]}
        self._check(given)
        dpr = self.dpr or 1.0
        most = MOST.get(form, MOST_ON_PAPER)
        for name, length in given.items():
            if not LEAST <= round(length.pixels * dpr) <= most:
                times = f", dpr times {length.pixels:g}" if dpr > 1 else ""
                raise Invalid([(name, f"Should come to {LEAST} to {most} pixels in {form.upper()}{times}")])
        margin = self._margin(given)
        found: dict[str, Any] = {name: length.pixels for name, length in given.items()}
        unit = next((length.unit for length in given.values()), "px")
        return found | {"unit": unit, "margin": margin, "square": self.square, "dpr": dpr, "most": most / dpr}

    def _check(self, given: dict[str, Length]) -> None:
        """Raises Invalid for sides that do not go together."""
        if "size" in given and len(given) > 1:
            raise Invalid([("size", "Either size, or width and height, can be given, not both")])
        if self.square and len(given) > 1 and given["width"].pixels != given["height"].pixels:
            raise Invalid([("square", "Does not go with a width and a height that differ")])

    def _margin(self, given: dict[str, Length]) -> float:
        """The margin in pixels. Raises Invalid where it leaves no room, or the picture has no size to measure it by."""
        if self.margin is None:
            return 0.0
        if not given:
            raise Invalid([("margin", "Goes with size, width or height, which say how large the picture is")])
        if min(length.pixels for length in given.values()) - 2 * self.margin.pixels < 1:
            raise Invalid([("margin", "Should be less than half of the size, the width and the height")])
        return self.margin.pixels
