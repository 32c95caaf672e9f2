"""Paints of SVG documents (SVG 2, section 13.2; CSS Color 5): whether anything of them is seen."""

import itertools
from dataclasses import dataclass
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

SYSTEM_COLORS = frozenset(  # CSS Color 4, section 6.2, and the commonest of those that it deprecates
    [
        "accentcolor",
        "accentcolortext",
        "activetext",
        "buttonborder",
        "buttonface",
        "buttontext",
        "canvas",
        "canvastext",
        "field",
        "fieldtext",
        "graytext",
        "highlight",
        "highlighttext",
        "linktext",
        "mark",
        "marktext",
        "selecteditem",
        "selecteditemtext",
        "visitedtext",
        "window",
        "windowtext",
    ]
)
COLOR_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"}
MIXED_COLORS = {"color-mix", "contrast-color", "device-cmyk"}
WORKED_OUT = {"from", "calc", "min", "max", "clamp"}  # inside of a colour: relative to another, or sums


@dataclass(frozen=True, slots=True)
class Server:
    """A gradient or a pattern by its name, and the paint of a document that has none of that name."""

    name: str
    otherwise: float | str


Paint = float | str | Server  # how opaque it is, 0 for `none`; "currentcolor" for that


def paint(text: str) -> Paint | None:
    """A paint; None when it is none."""
    nodes = [node for node in tinycss2.parse_component_value_list(text) if node.type not in ("whitespace", "comment")]
    if not nodes:
        return None
    first, *rest = nodes
    address = _address(first)
    if address is not None:
        otherwise = paint(tinycss2.serialize(rest)) if rest else 0.0
        return None if otherwise is None or isinstance(otherwise, Server) else Server(address, otherwise)
    if rest and not (rest[0].type == "function" and rest[0].lower_name == "icc-color"):
        return None
    if first.type == "ident" and first.lower_value in ("none", "context-fill", "context-stroke"):
        return float(first.lower_value != "none")
    color = parse_color(first)
    if color is None:
        return _unknown_color(first)
    return color if isinstance(color, str) else float(color.alpha)


def address_of(text: str) -> str | None:
    """What a value such as `url(#a)` names of this document; None where it is no address."""
    first = next((node for node in tinycss2.parse_component_value_list(text) if node.type != "whitespace"), None)
    return None if first is None else _address(first)


def _address(node: Any) -> str | None:  # noqa: ANN401 - tinycss2 ships no types
    """What `url()` names of this document; nothing of another."""
    if node.type == "url":
        return str(node.value).removeprefix("#")
    if node.type == "function" and node.lower_name == "url":
        return next((str(part.value) for part in node.arguments if part.type == "string"), "").removeprefix("#")
    return None


def _unknown_color(node: Any) -> Paint | None:  # noqa: ANN401
    """Colours that a system or a browser works out, which are seen; of light and dark, the light one."""
    if node.type == "ident":
        return 1.0 if node.lower_value in SYSTEM_COLORS else None
    if node.type != "function":
        return None
    if node.lower_name == "light-dark":
        light = itertools.takewhile(lambda part: part != ",", node.arguments)
        return paint(tinycss2.serialize(list(light)))
    words = (getattr(part, "lower_value", getattr(part, "lower_name", "")) for part in node.arguments)
    works_out = any(word in WORKED_OUT for word in words)
    return 1.0 if node.lower_name in MIXED_COLORS or (works_out and node.lower_name in COLOR_FUNCTIONS) else None
