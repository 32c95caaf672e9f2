"""What a picture of drawings looks like: the one value that all renderers take."""

from dataclasses import dataclass, replace
from typing import Self

SIZE, SHEET_SIZE = 512, 1024  # pixels of a picture's longer side, unless it is asked for otherwise


@dataclass(frozen=True, slots=True)
class Look:
    """A picture's colours and lengths; lengths are in pixels of the drawing, which is about 255 long."""

    stroke_width: float = 3.0
    color: str = "black"  # of the lines: a name of SVG's, `#rgb`, `#rrggbb` or `#rrggbbaa`
    padding: float = 4.0  # around each drawing, beyond its lines
    size: int | None = None  # pixels of the longer side of a PNG or GIF; None: as many as the renderer likes
    background: str | None = None  # of a sheet as SVG; PNG and GIF are white

    def sized(self, size: int) -> Self:
        """The same of a size, unless it has one."""
        return self if self.size is not None else replace(self, size=size)


PLAIN = Look()
