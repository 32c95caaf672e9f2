"""The colour of the lines."""


def without_alpha(color: str) -> tuple[str, float]:
    """A colour and how opaque it is, 0 to 1: `#rrggbbaa` is `#rrggbb` in part, any other is whole."""
    if color.startswith("#") and len(color) == 9:
        return color[:7], int(color[7:], 16) / 255
    return color, 1.0
