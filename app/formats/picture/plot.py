"""What may be asked of a picture that a machine draws with a pen."""

from pydantic import BaseModel, ConfigDict, Field

from app.formats.no_null import no_null
from model.picture.look import Lift


class PlotQuery(BaseModel):
    """How a plotter is to draw."""

    model_config = ConfigDict(frozen=True)

    pens: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        le=1,
        description="SVG only: 1 makes it one path for a plotter with one pen, of a sheet, too, with the strokes in an "
        "order in which the pen travels little while it is up.",
    )
    lift: Lift | None = Field(
        None,
        json_schema_extra=no_null,
        description="G-code only: what moves the pen. `z`: the Z axis, 5 mm up and 0 down. `m3`: M3 S1000 lowers it "
        "and M5 raises it, for a servo or a laser. Default: z.",
    )
    feed: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        le=50_000,
        allow_inf_nan=False,
        description="G-code only: millimetres a minute while the pen draws, 1 to 50000. Default: 1500.",
    )
