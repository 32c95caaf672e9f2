"""Units of a picture's sides: pixels of CSS, and what a ruler measures."""

from typing import Literal, get_args

Unit = Literal["px", "mm", "cm", "in", "pt"]

UNITS: tuple[Unit, ...] = get_args(Unit)
PIXELS_OF: dict[Unit, float] = {"px": 1.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pt": 96 / 72}
DECIMALS = 3  # of a length: a micrometre


def written(pixels: float, unit: Unit) -> str:
    """A length as an attribute of SVG has it: `80mm`, and `200` for pixels."""
    number = decimal(pixels / PIXELS_OF[unit], DECIMALS)
    return number if unit == "px" else number + unit


def decimal(value: float, decimals: int) -> str:
    """A number of so many decimals at most, without zeros at its end."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text
