"""A drawing as the bytes of an answer."""

import numpy as np
import orjson
from pydantic import BaseModel, Field

from app.query import SvgOptions
from app.request import DrawRequest
from app.rows import rows_json
from model.decode import Drawing
from model.strokes import points_of, to_polylines
from model.svg import to_svg


class DrawingBody(BaseModel):
    """A drawing as JSON."""

    category: str = Field(description="What is drawn.", examples=["penguin"])
    seed: int = Field(description="Ask for it, with the same temperatures, to get this drawing again.", examples=[7])
    temp_xy: float = Field(description="Temperature of the moves.", examples=[0.4])
    temp_p: float = Field(description="Temperature of the pen.", examples=[0.4])
    points: int = Field(
        description="Points drawn after the first, the origin: the rows of `stroke5` but the last.", examples=[42]
    )
    ended: bool = Field(description="Whether the network ended the drawing; false where it was cut off.")
    stroke5: list[tuple[float, float, int, int, int]] = Field(
        description="Rows `[dx, dy, p1, p2, p3]`: the move to a point in pixels (y down), and the pen there: one of "
        "p1 (down), p2 (lifts after this point) and p3 (the drawing has ended) is 1. The last is [0, 0, 0, 0, 1]."
    )
    strokes: list[list[tuple[float, float]]] = Field(
        description="The same as lines: for each stroke its `[x, y]` points in pixels, the first of all [0, 0]."
    )


def svg_bytes(request: DrawRequest, drawing: Drawing, options: SvgOptions) -> bytes:
    """The drawing as SVG; its title names the category and the seed."""
    title = f"{request.checkpoint.card.category}, seed {drawing.seed}"
    return to_svg(drawing.stroke5, title=title, **options).encode()


def json_bytes(request: DrawRequest, drawing: Drawing) -> bytes:
    """The drawing as JSON, a `DrawingBody`."""
    strokes = to_polylines(drawing.stroke5)
    body = {
        "category": request.checkpoint.card.category,
        "seed": drawing.seed,
        "temp_xy": request.temp_xy,
        "temp_p": request.temp_p,
        "points": points_of(drawing.stroke5),
        "ended": drawing.ended,
        "stroke5": orjson.Fragment(rows_json(drawing.stroke5)),
        "strokes": [stroke + np.float32(0) for stroke in strokes],  # + 0: no -0.0
    }
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
