"""What an answer with drawings looks like: its form, and the colours and lengths of pictures."""

from functools import cache

from pydantic import Field

from app.errors import Invalid
from app.formats.negotiation import Format
from app.formats.no_null import no_null
from app.formats.picture.plot import PlotQuery
from app.formats.picture.sides import SidesQuery
from app.formats.picture.theme import ColorsQuery
from model.picture.animation import Animation
from model.picture.look import Look, Pen

SHOWN: tuple[Format, ...] = ("svg", "png", "webp", "gif")
PLOTS: tuple[Format, ...] = ("hpgl", "gcode")
PICTURES: tuple[Format, ...] = (*SHOWN, *PLOTS)
PIXELS: tuple[Format, ...] = ("png", "webp", "gif")
SHEETS = ("columns", "gap")  # what only a sheet has
MOVES = ("duration", "delay", "loop")  # what only an SVG has that draws itself
FORMS: dict[str, tuple[tuple[Format, ...], str]] = {  # of parameters that not all pictures have
    "dpr": (PIXELS, "a PNG, WebP or GIF"),
    **dict.fromkeys(("animate", *MOVES), (("svg",), "an SVG")),
    **dict.fromkeys(("color", "background", "theme", "stroke_width", "pen"), (SHOWN, "a picture to look at")),
    "pens": (("svg",), "an SVG"),
    **dict.fromkeys(("lift", "feed"), (("gcode",), "G-code")),
}

OWN = {
    "stroke_width",
    "pen",
    "smooth",
    "padding",
    "columns",
    "gap",
    "title",
    *PlotQuery.model_fields,
}  # as a look has them


class LookQuery(PlotQuery, SidesQuery, ColorsQuery):
    """What may follow the `?` of a path that answers with drawings, whatever they are."""

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
    pen: Pen = Field(
        "round",
        description="Pictures only: `round`; `marker`, which is three times as wide and lets the paper through; or "
        "`brush`, whose lines are wide where the hand was slow and thin where it was fast. A brush does not go with "
        "`animate` or `pens`.",
    )
    smooth: bool = Field(
        True,
        description="Pictures only: whether smooth curves join the points of a drawing, or straight lines.",
    )
    padding: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=0,
        le=500,
        allow_inf_nan=False,
        description="Pictures only: space around each drawing, in its pixels, 0 to 500.",
    )
    columns: int | None = Field(
        None,
        json_schema_extra=no_null,
        ge=1,
        le=64,
        description="Sheets only: drawings side by side, 1 to 64. Default: as many as make it about square.",
    )
    gap: float | None = Field(
        None,
        json_schema_extra=no_null,
        ge=0,
        le=500,
        allow_inf_nan=False,
        description="Sheets only: space between the cells, in pixels of the drawings, 0 to 500. Default: 0.",
    )
    animate: bool = Field(
        False, description="SVG only: whether it draws itself, stroke by stroke; not for those who prefer no motion."
    )
    duration: float = Field(
        3.0, ge=0.1, le=60, allow_inf_nan=False, description="With `animate`: seconds for the whole drawing, 0.1 to 60."
    )
    delay: float = Field(
        0.0, ge=0, le=60, allow_inf_nan=False, description="With `animate`: seconds before it begins, 0 to 60."
    )
    loop: bool = Field(
        False, description="With `animate`: whether it begins anew for ever; the whole stands for two seconds first."
    )
    title: bool = Field(
        True, description="Pictures only: whether the picture says what it shows, for those who hear it."
    )
    n: str | None = Field(
        None,
        json_schema_extra=no_null,
        max_length=200,
        description="Any text, which makes no difference: another address for the same wish, past what a cache has.",
    )

    def look(self, form: Format, *, several: bool) -> Look:
        """What was asked of the picture, of `several` drawings or one. Raises Invalid for what does not go with it."""
        return self._look(form, several=several) if self.model_fields_set else _unasked(form)

    def _look(self, form: Format, *, several: bool) -> Look:
        for name in self.model_fields_set & LookQuery.model_fields.keys() - {"format", "n"}:
            forms, only = FORMS.get(name, (PICTURES, "a picture"))
            if form not in forms:
                raise Invalid([(name, f"Shapes {only} only, and the answer is {form.upper()}")])
            if name in SHEETS and not several:
                raise Invalid([(name, "Shapes a sheet of several only, and the answer shows one drawing at a time")])
            if name in MOVES and not self.animate:
                raise Invalid([(name, "Goes with animate=true")])
        self._check_pens()
        if self.pen == "brush":
            self._check_brush()
        own = self.model_dump(include=OWN, exclude_none=True)
        if self.margin is not None and not several:
            own = {"padding": 0.0} | own
        return Look(**own, **self.colors(form), **self.sides(form), animation=self._animation())

    def _check_pens(self) -> None:
        """Raises Invalid for what no plotter can draw."""
        if self.pens and self.animate:
            raise Invalid([("pens", "Does not go with animate: a plotter draws in another order")])
        for name in ("background", "theme"):
            if self.pens and name in self.model_fields_set:
                raise Invalid([("pens", f"Does not go with {name}: a plotter would draw the edge of the paper")])

    def _check_brush(self) -> None:
        """Raises Invalid where a line has one width from end to end."""
        if self.pens:
            raise Invalid([("pen", "brush does not go with pens: a plotter has a pen of its own")])
        if self.animate:
            raise Invalid([("pen", "brush does not go with animate: lines that draw themselves have one width")])

    def _animation(self) -> Animation | None:
        return Animation(self.duration, self.delay, self.loop) if self.animate else None


@cache  # a drawing that lies ready is answered in less time than a look takes to be made
def _unasked(form: Format) -> Look:
    return LookQuery()._look(form, several=False)  # noqa: SLF001 - of the class above
