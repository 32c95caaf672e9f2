"""The sides of a picture: a canvas becomes as large, and of the shape, that its look asks for."""

from model.picture.look import Look

Pair = tuple[float, float]


def framed(low: Pair, size: Pair, look: Look) -> tuple[Pair, Pair, Pair | None]:
    """A canvas with room around it for the margin and the shape: its low corner, its size, and its sides in pixels.

    What it holds stays in the middle. Without sides, None, a picture is as large as a viewer likes. Raises ValueError
    where the margin leaves no room.
    """
    sides = _sides(size, look)
    if sides is None:
        outer = (max(size), max(size)) if look.square else size
    else:
        scale = min((side - 2 * look.margin) / inner for side, inner in zip(sides, size, strict=True))
        if scale <= 0:
            raise ValueError(f"margin is {look.margin}; it must be less than half of a side")
        outer = (sides[0] / scale, sides[1] / scale)
    return (low[0] + (size[0] - outer[0]) / 2, low[1] + (size[1] - outer[1]) / 2), outer, sides


def _sides(size: Pair, look: Look) -> Pair | None:
    """Width and height in pixels; of a side that is given alone the other follows."""
    width, height = look.width, look.height
    if width is not None and height is not None:
        return width, height
    given = next((side for side in (width, height, look.size) if side is not None), None)
    if given is None or look.square:
        return None if given is None else (given, given)
    longer = size[0] if width is not None else size[1] if height is not None else max(size)
    scale = (given - 2 * look.margin) / longer
    # a line that is all but straight would make the other side longer than any picture may be
    follows = [min(inner * scale + 2 * look.margin, look.most) for inner in size]
    return (follows[0] if width is None else width, follows[1] if height is None else height)
