"""Whether a media query holds where a drawing is looked at: in colours, on a light screen of a common size.

Source: Media Queries Level 4, section 3; what is not known is neither true nor false, and does not hold.
"""

import re
from typing import Any

import tinycss2
from svgelements import Length

SIDES = {"width": 1920.0, "height": 1080.0}  # pixels
TRAITS = {
    "prefers-color-scheme": "light",
    "orientation": "landscape",
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "color": "8",
    "color-gamut": "srgb",
    "display-mode": "browser",
    "update": "fast",
    **dict.fromkeys(("monochrome", "grid"), "0"),
    **dict.fromkeys(("forced-colors", "inverted-colors"), "none"),
    **dict.fromkeys(("prefers-reduced-motion", "prefers-reduced-transparency", "prefers-contrast"), "no-preference"),
}
NOTHING = ("0", "none", "no-preference")  # what a trait is that is asked for by its name alone, and is not there
_RANGE = re.compile(r"(?:(\S+?)\s*([<>]=?|=)\s*)?(width|height)(?:\s*([<>]=?|=)\s*(\S+))?")

Truth = bool | None


def shows(media: str) -> bool:
    """Whether one of the queries of a list holds; a list of none does."""
    queries: list[list[Any]] = [[]]
    for node in tinycss2.parse_component_value_list(media, skip_comments=True):
        if node == ",":
            queries.append([])
        elif node.type != "whitespace":
            queries[-1].append(node)
    return any(_query(query) for query in queries)


def _query(nodes: list[Any]) -> Truth:
    first, second = (_word(node) for node in (*nodes, None, None)[:2])
    if first == "" or (first == "not" and second == ""):
        return _condition(nodes)
    rest = nodes[2 if first in ("not", "only") else 1 :]
    kind = second if first in ("not", "only") else first
    found = _all([kind in (None, "all", "screen"), *([_condition(rest[1:]) if rest[1:] else None] if rest else [])])
    return _not(found) if first == "not" else found


def _condition(nodes: list[Any]) -> Truth:
    """Of features in brackets, which `and` or `or` joins."""
    if nodes and _word(nodes[0]) == "not":
        return _not(_condition(nodes[1:]))
    values = [_in_brackets(node) for node in nodes[::2]]
    joints = {_word(node) for node in nodes[1::2]}
    if joints == {"or"}:
        return _not(_all([_not(value) for value in values]))
    return _all(values) if joints <= {"and"} else None


def _in_brackets(node: Any) -> Truth:  # noqa: ANN401 - tinycss2 ships no types
    if node.type != "() block":
        return None
    inside = [part for part in node.content if part.type != "whitespace"]
    if inside and (inside[0].type == "() block" or _word(inside[0]) == "not"):
        return _condition(inside)
    return _feature(" ".join(tinycss2.serialize(node.content).lower().split()))


def _feature(text: str) -> Truth:
    name, _, value = (part.strip() for part in text.partition(":"))
    if name in TRAITS:
        return TRAITS[name] == value if value else TRAITS[name] not in NOTHING
    if value and name.startswith(("min-", "max-")):
        text = f"{name[4:]} {'>=' if name.startswith('min-') else '<='} {value}"
    elif value:
        text = f"{name} = {value}"
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    side = SIDES[found[3]]
    before = _compared(_pixels(found[1]), found[2], side) if found[1] else True
    return _all([before, _compared(side, found[4], _pixels(found[5])) if found[5] else True])


def _compared(left: float | None, sign: str, right: float | None) -> Truth:
    if left is None or right is None:
        return None
    return (
        left == right if "=" in sign and left == right else {"<": left < right, ">": left > right}.get(sign[0], False)
    )


def _pixels(text: str) -> float | None:
    try:
        value = Length(text).value(ppi=96, font_size=16, font_height=16)
    except ValueError:
        return None
    return float(value) if isinstance(value, int | float) else None


def _word(node: Any) -> str | None:  # noqa: ANN401
    """A word in small letters, nothing of what is none; None where there is nothing."""
    return None if node is None else node.lower_value if node.type == "ident" else ""


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _all(values: list[Truth]) -> Truth:
    return False if False in values else None if None in values else True
