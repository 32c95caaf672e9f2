"""Drawings as the bytes of an answer."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import orjson
from pydantic import BaseModel, Field

from app.engine.request import DrawRequest
from app.formats.aside import ASIDE
from app.formats.given import Fitted
from app.formats.ndjson_lines import ndjson_bytes
from app.formats.negotiation import Format
from app.formats.picture.look import PLOTS
from app.formats.rows import rows_json
from app.formats.steering import text_of
from model.card import SEEDS
from model.drawing import Drawing
from model.picture.layout import Layout, alone, sheet, square
from model.picture.look import PLAIN, PLOT_SIZE, SHEET_SIZE, Look
from model.picture.pixels import gif, png, webp
from model.picture.plot import gcode, hpgl, one_layer
from model.picture.svg import sheet_svg, svg
from model.strokes import points_of, to_polylines

ORDERED = 12  # cost of a drawing whose strokes are put in order
OUTLINED = 4  # cost of an SVG with the outlines of a brush
COSTS: dict[Format, int] = {
    "gif": 24,
    "png": 12,
    "webp": 16,
    "hpgl": ORDERED,
    "gcode": ORDERED,
}  # one in other forms is 1


class DrawingBody(BaseModel):
    """A drawing as JSON."""

    category: str = Field(description="What is drawn.", examples=["penguin"])
    system: str = Field(description="The system of the network that drew it.", examples=["gmm512_20"])
    seed: int = Field(
        description="Ask for it, with the same system, latent code and temperatures, to get this drawing again.",
        examples=[7],
    )
    seed_text: str | None = Field(
        None, description="The text that the seed stands for; the key is not there for a number.", examples=["ada"]
    )
    latent: str | None = Field(description="The latent code that it was drawn by; null for none.")
    temp_xy: float = Field(description="Temperature of the moves.", examples=[0.4])
    temp_p: float = Field(description="Temperature of the pen.", examples=[0.4])
    at: str | None = Field(
        None, description="How both change on the way, as the parameter `at`; the key is not there where they do not."
    )
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


class DrawingsBody(BaseModel):
    """Several drawings as JSON, of seeds one after the other."""

    category: str = Field(description="What is drawn.", examples=["penguin"])
    drawings: list[DrawingBody]


RequestedDrawings = Sequence[tuple[DrawRequest, Drawing]]


def render(form: Format, drawn: RequestedDrawings, look: Look, *, several: bool, over: Fitted | None = None) -> bytes:
    """Drawings of one subject as the body of an answer; `several` of them, even if it is one, as a sheet or list.

    `look` has what the form can show. `over`: as JSON in the coordinates of what a client gave, and over it.
    """
    if form == "json":
        return _list(drawn, over) if several else json_bytes(*drawn[0], over)
    if form == "ndjson":
        return ndjson_bytes(drawn)
    return picture(form, drawn, look, several=several)


def cost(form: Format, count: int, look: Look = PLAIN) -> int:
    """How long so many drawings take to write, about: 1 is a third of a millisecond of a processor."""
    svg_cost = ORDERED if look.pens else OUTLINED if look.pen == "brush" else 1
    return count * (svg_cost if form == "svg" else COSTS.get(form, 1))


def picture(form: Format, drawn: RequestedDrawings, look: Look, *, several: bool) -> bytes:
    """The same as a picture of any form, with the category and the seeds as title."""
    rows, look = [drawing.stroke5 for _, drawing in drawn], sized(look, form)
    titles = [f"{request.subject.card.name}, seed {drawing.seed}" for request, drawing in drawn]
    columns = min(look.columns or square(len(rows)), len(rows))
    if form == "svg" and several and not look.pens:
        return sheet_svg(rows, look, columns=columns, titles=titles if look.title else None).encode()
    layout = sheet(rows, look, columns=columns) if several else alone(rows[0], look)
    title = _title(titles, [drawing.seed for _, drawing in drawn]) if look.title else ""
    return whole(form, layout, look.sized(SHEET_SIZE) if several and form != "gif" else look, title)


def sized(look: Look, form: Format) -> Look:
    """The look with a size where the form has to have one: machines draw in millimetres."""
    return look.sized(PLOT_SIZE) if form in PLOTS else look


def whole(form: Format, layout: Layout, look: Look, title: str) -> bytes:
    """A layout as one picture under one title."""
    if form == "svg":
        return svg(one_layer(layout) if look.pens else layout, look, title=title).encode()
    if form == "hpgl":
        return hpgl(layout).encode()
    if form == "gcode":
        return gcode(layout, look, title=title).encode()
    work = cost(form, len(layout.drawings), look)
    if form == "webp":
        return ASIDE.write(webp, work, layout, look)
    return ASIDE.write(gif if form == "gif" else png, work, layout, look, title=title)


def _title(titles: Sequence[str], seeds: Sequence[int]) -> str:
    """The title of one picture of all: from the first seed to the last, where they follow each other."""
    if len(titles) == 1:
        return titles[0]
    follow = all((b - a) % SEEDS == 1 for a, b in pairwise(seeds))
    return f"{titles[0]} to {seeds[-1]}" if follow else ", ".join([titles[0], *map(str, seeds[1:])])


def json_bytes(request: DrawRequest, drawing: Drawing, over: Fitted | None = None) -> bytes:
    """The drawing as JSON, a `DrawingBody`."""
    rows, strokes = drawing.stroke5, [stroke + np.float32(0) for stroke in to_polylines(drawing.stroke5)]  # no -0.0
    body = {
        "category": request.subject.card.name,
        "system": request.subject.system,
        "seed": drawing.seed,
        **({} if request.seed_text is None else {"seed_text": request.seed_text}),
        "latent": request.latent,
        "temp_xy": request.temp_xy,
        "temp_p": request.temp_p,
        **({"at": text_of(request.changes)} if request.changes else {}),
        "points": points_of(drawing.stroke5),
        "ended": drawing.ended,
        "stroke5": orjson.Fragment(rows_json(rows if over is None else over.back(rows))),
        "strokes": strokes if over is None else [line + 0.0 for line in over.over(rows)],
    }
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def _list(drawn: RequestedDrawings, over: Fitted | None) -> bytes:
    drawings = [orjson.Fragment(json_bytes(request, drawing, over)) for request, drawing in drawn]
    return orjson.dumps({"category": drawn[0][0].subject.card.name, "drawings": drawings})
