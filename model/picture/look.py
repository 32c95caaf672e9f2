"""What a picture of drawings looks like: the one value that all renderers take."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from model.picture.animation import Animation
from model.picture.brush import WIDE
from model.picture.length import PIXELS_OF, Unit

Lift = Literal["z", "m3"]

SIZE, SHEET_SIZE = 512, 1024  # pixels of a picture's longer side, unless it is asked for otherwise
PLOT_SIZE = 150 * PIXELS_OF["mm"]  # the same of what a machine draws

MARKER_WIDTH, MARKER_OPACITY = 3.0, 0.5  # beside those of a round pen

Pen = Literal["round", "marker", "brush"]

WIDTHS: dict[Pen, float] = {"round": 1.0, "marker": MARKER_WIDTH, "brush": WIDE}  # of the widest line


@dataclass(frozen=True, slots=True)
class Look:
    """A picture's colours and lengths.

    Those of a drawing are in its own pixels, of which it is about 255 long; those of a picture in pixels of CSS.
    """

    stroke_width: float = 3.0
    # a marker is wide, and one sees through it; where its lines cross they are no darker. The lines of a brush are wide
    # where the hand was slow; it goes with neither animation nor pens
    pen: Pen = "round"
    color: str = "black"  # of the lines: a name of SVG's, `#rgb`, `#rrggbb` or `#rrggbbaa`; `currentColor` in SVG
    padding: float = 4.0  # around each drawing, beyond its lines
    size: float | None = None  # of the picture's longer side; None: 512 for pixels, and SVG is as large as you like
    width: float | None = None
    height: float | None = None
    unit: Unit = "px"  # in which SVG says its sides
    margin: float = 0.0  # between the picture's edge and what is drawn, padding included
    square: bool = False
    dpr: float = 1.0  # a PNG, WebP or GIF has so many of its pixels to one of CSS, each way
    most: float = 10_000.0  # of a side that follows from the other
    smooth: bool = True  # curves through the points; False: straight lines between them
    background: str | None = None  # None: none in SVG, white in pixels
    dark: tuple[str, str] | None = None  # SVG: lines and background for those who prefer dark; `currentColor` apart
    columns: int | None = None  # of a sheet; None: it is about square
    gap: float = 0.0  # between the cells of a sheet, in pixels of the drawing
    animation: Animation | None = None  # of an SVG; None: it stands still
    pens: int | None = None  # of SVG: 1 makes all drawings one layer, in an order for a plotter
    lift: Lift = "z"  # of G-code: what moves the pen up and down, an axis or the spindle's commands
    feed: float = 1500.0  # of G-code: millimetres a minute
    title: bool = True  # whether a picture says what it shows

    @property
    def line(self) -> float:
        """Width of the widest line that the pen draws."""
        return self.stroke_width * WIDTHS[self.pen]

    @property
    def opacity(self) -> float:
        """How opaque the pen is, beside its colour."""
        return MARKER_OPACITY if self.pen == "marker" else 1.0

    def sized(self, size: float) -> Self:
        """The same of a size, unless it has one."""
        return self if self.size is not None else replace(self, size=size)


PLAIN = Look()
