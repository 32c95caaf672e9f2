"""What style sheets and attributes declare for the elements of an SVG document, by the rules of CSS's cascade.

Sources: CSS Cascading and Inheritance Level 4, section 6; SVG 2, section 6.6 (presentation attributes come before all
author rules). Selectors are matched by cssselect2, and text is read by tinycss2; rules that a browser would drop
are dropped, and what a sheet imports from elsewhere is not fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list

SVG = "http://www.w3.org/2000/svg"
SCREEN = {"", "all", "screen", "only screen", "only all", "not print", "(prefers-color-scheme: light)"}
INHERITED = {"inherit", "initial", "unset", "revert", "revert-layer"}  # what every property may be

Reader = Callable[[str], object]  # the value of a property; None of a text that is no value of it
Declaration = tuple[str, str, bool]  # name, value, whether it is important


class StyleSheets:
    """The `style` elements of a document. `readers` are those properties that matter."""

    def __init__(self, root: Element, readers: Mapping[str, Reader]) -> None:
        self._readers = readers
        self._matcher = Matcher()
        for element in root.iter():
            if local_name(element) == "style" and _is_css(element) and _shows(element.get("media", "")):
                self._add(tinycss2.parse_stylesheet("".join(element.itertext()), True, True))

    def declared(self, element: ElementWrapper) -> dict[str, str]:
        """The value that wins for each property of an element; what is inherited is not among them."""
        attributes = [(name, value, False) for name, value in element.etree_element.attrib.items()]
        rules = [payload for _, _, pseudo, payload in self._matcher.match(element) if pseudo is None]
        own = list(_declarations(tinycss2.parse_blocks_contents(element.etree_element.get("style", ""), True, True)))
        found: dict[str, str] = {}
        for wanted in (False, True):
            for declarations in (attributes, *rules, own):
                found |= {
                    name: value
                    for name, value, important in declarations
                    if important is wanted and self._counts(name, value)
                }
        return found

    def _counts(self, name: str, value: str) -> bool:
        if name.startswith("--") or "var(" in value:
            return name in self._readers or name.startswith("--")
        reader = self._readers.get(name)
        return reader is not None and (value.lower() in INHERITED or reader(value) is not None)

    def _add(self, rules: list[Any]) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                declarations = list(_declarations(tinycss2.parse_blocks_contents(rule.content, True, True)))
                try:
                    selectors = compile_selector_list(rule.prelude)
                except SelectorError:
                    continue
                for selector in selectors:
                    self._matcher.add_selector(selector, declarations)
            elif rule.type == "at-rule" and rule.content and _applies(rule):
                self._add(tinycss2.parse_rule_list(rule.content, True, True))


def local_name(element: Element) -> str:
    """The name of an element of SVG; that of another language with its namespace; nothing for a comment."""
    tag: object = element.tag  # of a comment a function
    return tag.removeprefix(f"{{{SVG}}}") if isinstance(tag, str) else ""


def _declarations(nodes: list[Any]) -> Iterator[Declaration]:
    for node in nodes:
        if node.type == "declaration":
            yield node.name if node.name.startswith("--") else node.lower_name, _text(node.value), node.important


def _applies(rule: Any) -> bool:  # noqa: ANN401 - tinycss2 ships no types
    """Whether the rules inside of an at-rule hold on a screen."""
    match rule.lower_at_keyword:
        case "media":
            return _shows(_text(rule.prelude))
        case "supports":
            return not _text(rule.prelude).lower().startswith("not")
        case keyword:
            return bool(keyword == "layer")


def _is_css(element: Element) -> bool:
    return element.get("type", "").strip().lower() in ("", "text/css")


def _shows(media: str) -> bool:
    """Whether a media query holds on a plain screen, whose size is unknown."""
    return any(" ".join(query.lower().split()) in SCREEN for query in media.split(","))


def _text(nodes: list[Any]) -> str:
    return str(tinycss2.serialize([node for node in nodes if node.type != "comment"])).strip()
