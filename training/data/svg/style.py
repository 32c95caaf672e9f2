"""How a shape of an SVG document is painted: the properties that decide whether anything of it is seen."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import tinycss2
from svgelements import Length

from training.data.svg.paint import Server, paint
from training.data.svg.style_sheets import INHERITED, Reader

PPI = 96.0
FONT_SIZE = 16.0  # pixels of an em
LONGEST = 10_000  # characters of a value
_LENGTH = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?([a-z]+|%)?", re.IGNORECASE)
_WORD = re.compile(r"[a-z-]+", re.IGNORECASE)


def _share(text: str) -> float | None:
    """A share of 1, by number or by percentage, kept between 0 and 1."""
    number, percent = text.removesuffix("%"), text.endswith("%")
    try:
        value = float(number) / (100 if percent else 1)
    except ValueError:
        return None
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else None


def length(text: str, whole: float = 1.0) -> float | None:
    """A length in pixels, percentages being of `whole`. None when it is none."""
    if not _LENGTH.fullmatch(text.strip()):
        return None
    value = Length(text.strip()).value(ppi=PPI, relative_length=whole, font_size=FONT_SIZE, font_height=FONT_SIZE)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _width(text: str) -> float | None:
    value = length(text)
    return None if value is None or value < 0 else value


def _word(text: str) -> str | None:
    return text.lower() if _WORD.fullmatch(text) else None


GEOMETRY = (  # attributes which CSS may set too
    *("x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "d", "transform", "clip-path", "mask", "overflow"),
)
READERS: Mapping[str, Reader] = {
    "color": paint,
    "stroke": paint,
    "fill": paint,
    "stroke-opacity": _share,
    "fill-opacity": _share,
    "opacity": _share,
    "stroke-width": _width,
    "display": _word,
    "visibility": _word,
    **dict.fromkeys(GEOMETRY, partial(str)),
}


@dataclass(frozen=True, slots=True)
class Style:
    """The computed values of an element; `opacity` is that of all groups around it as well."""

    color: object = 1.0
    stroke: object = 0.0
    fill: object = 1.0
    stroke_opacity: object = 1.0
    fill_opacity: object = 1.0
    stroke_width: object = 1.0
    visibility: object = "visible"
    display: object = "inline"
    opacity: float = 1.0
    variables: Mapping[str, str] = field(default_factory=dict)
    servers: frozenset[str] = frozenset()  # names of the document's gradients and patterns

    def of_child(self, declared: Mapping[str, str]) -> "Style":
        """The style of an element inside of this one for which so much is declared."""
        variables = {**self.variables, **{name: text for name, text in declared.items() if name.startswith("--")}}
        values: dict[str, object] = {"display": "inline", "variables": variables}
        for name in ("color", "stroke", "fill", "stroke-opacity", "fill-opacity", "stroke-width", "visibility"):
            text = with_variables(declared.get(name, "inherit"), variables)
            values[name.replace("-", "_")] = _computed(name, text, self)
        values["display"] = _computed("display", with_variables(declared.get("display", "inline"), variables), self)
        own = _share(with_variables(declared.get("opacity", "1"), variables))
        values["opacity"] = self.opacity * (1.0 if own is None else own)
        return replace(self, **values)  # type: ignore[arg-type] # each is of its own type

    @property
    def line_width(self) -> float:
        """How far from the outline a line may reach, its corners included."""
        return 2 * self.stroke_width if isinstance(self.stroke_width, float) and self.strokes else 0.0

    @property
    def strokes(self) -> bool:
        """Whether a line is seen along the outline."""
        return bool(self._shown(self.stroke, self.stroke_opacity) and self.stroke_width)

    @property
    def fills(self) -> bool:
        """Whether the inside of the outline is seen."""
        return bool(self._shown(self.fill, self.fill_opacity))

    def _shown(self, colour: object, opacity: object) -> bool:
        if isinstance(colour, Server):
            colour = 1.0 if colour.name in self.servers else colour.otherwise
        opaque = self.color if colour == "currentcolor" else colour
        return self.visibility == "visible" and bool(opaque and opacity and self.opacity)


INITIAL = Style()


def _computed(name: str, text: str, parent: Style) -> object:
    """A value of `name`; of a text that is none, what it is without one."""
    attribute = name.replace("-", "_")
    inherits = name != "display"
    if text.lower() in INHERITED:
        initial = text.lower() == "initial" or (text.lower() != "inherit" and not inherits)
        return getattr(INITIAL if initial else parent, attribute)
    value = READERS[name](text)
    return getattr(parent if inherits else INITIAL, attribute) if value is None else value


def with_variables(text: str, variables: Mapping[str, str], depth: int = 5) -> str:
    """A value with what `var()` stands for, a few levels deep; nothing of one that grows without end."""
    if "var(" not in text.lower() or depth == 0:
        return text
    found = _substituted(tinycss2.parse_component_value_list(text, skip_comments=True), variables)
    return with_variables(found.strip(), variables, depth - 1) if len(found) <= LONGEST else ""


def _substituted(nodes: list[Any], variables: Mapping[str, str]) -> str:
    parts = []
    for node in nodes:
        if node.type != "function":
            parts.append(node.serialize())
        elif node.lower_name != "var":
            parts.append(f"{node.name}({_substituted(node.arguments, variables)})")
        else:
            name, _, otherwise = tinycss2.serialize(node.arguments).partition(",")
            parts.append(variables.get(name.strip(), otherwise.strip()))
    return "".join(parts)
