"""What an SVG says beside its lines: how large it is, what they lie on, and what changes for those who prefer dark."""

from model.picture.ink import CURRENT, without_alpha
from model.picture.layout import Layout
from model.picture.length import written
from model.picture.look import Look
from model.picture.path import short


def root(canvas: Layout, look: Look) -> dict[str, str]:
    """Attributes of the outermost element: width and height where the canvas has sides, and its colours' class."""
    found: dict[str, str] = {}
    if canvas.sides:
        found |= zip(("width", "height"), (written(side, look.unit) for side in canvas.sides), strict=True)
    if look.dark:
        found["class"] = _class(look.dark)
        if look.color != CURRENT:
            found["color"] = without_alpha(look.color)[0]
    return found


def ink(look: Look) -> dict[str, str]:
    """The lines' colour, in part where it is not opaque; `currentColor` where a viewer's preference sets it.

    A brush's lines are areas, which have a colour by another name.
    """
    opaque, alpha = without_alpha(look.color)
    name = "fill" if look.pen == "brush" else "stroke"
    found = {name: CURRENT if look.dark else opaque}
    if look.opacity < 1:  # of all lines together: where they cross they are no darker
        found["opacity"] = short(look.opacity, 3)
    return found | ({f"{name}-opacity": short(alpha, 3)} if alpha < 1 else {})


def paper(look: Look) -> dict[str, str] | None:
    """What the lines lie on: the fill of a rectangle, None for none."""
    opaque, alpha = without_alpha(look.background or "#00000000")
    if alpha == 0:
        return None
    return {"fill": opaque} | ({"fill-opacity": short(alpha, 3)} if alpha < 1 else {})


def style(look: Look) -> str | None:
    """The style sheet that changes the colours for those who prefer dark, None for none.

    In a page it would reach other pictures, too: only those that have the same colours have its class.
    """
    if not look.dark:
        return None
    name = _class(look.dark)
    lines, below = (without_alpha(color)[0] for color in look.dark)
    rules = "" if look.color == CURRENT else f".{name}{{color:{lines}}}"
    if paper(look):
        rules += f".{name}>rect{{fill:{below}}}"
    return f"@media(prefers-color-scheme:dark){{{rules}}}"


def _class(dark: tuple[str, str]) -> str:
    return "ink-" + "-".join(without_alpha(color)[0].strip("#") for color in dark)
