"""What style sheets and attributes declare for the elements of an SVG document, by the rules of CSS's cascade.

Sources: CSS Cascading and Inheritance Level 5, section 6; CSS Nesting; SVG 2, section 6.6 (presentation attributes come
before all author rules). Selectors are matched by cssselect2, text is read by tinycss2; rules that a browser drops are
dropped, and what a sheet imports from elsewhere is not fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list

from training.data.svg.media import shows

SVG, XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
INHERITED = {"inherit", "initial", "unset", "revert", "revert-layer"}  # what every property may be

Reader = Callable[[str], object]  # the value of a property; None of a text that is no value of it
Declaration = tuple[str, str, bool]  # name, value, whether it is important


class StyleSheets:
    """The `style` elements of a document. `readers` are those properties that matter."""

    def __init__(self, root: Element, readers: Mapping[str, Reader]) -> None:
        self._readers = readers
        self._layers: dict[str, Matcher] = {}  # in the order of their precedence
        self._unlayered = Matcher()
        self._namespaces: dict[str | None, str] = {}
        for element in root.iter():
            if (
                local_name(element) in ("style", f"{{{XHTML}}}style")
                and _is_css(element)
                and shows(element.get("media", ""))
            ):
                self._add(tinycss2.parse_stylesheet("".join(element.itertext()), True, True), self._unlayered)

    def declared(self, element: ElementWrapper) -> dict[str, str]:
        """The value that wins for each property of an element; what is inherited is not among them."""
        attributes = [(name, value.strip(), False) for name, value in element.etree_element.attrib.items()]
        sheets = [self._rules(matcher, element) for matcher in (*self._layers.values(), self._unlayered)]
        own = list(_declarations(tinycss2.parse_blocks_contents(element.etree_element.get("style", ""), True, True)))
        found: dict[str, str] = {}
        for wanted in (False, True):
            ordered = [rule for rules in (sheets[::-1] if wanted else sheets) for rule in rules]
            for declarations in (attributes, *ordered, own):
                found |= {
                    name: value
                    for name, value, important in declarations
                    if important is wanted and self._counts(name, value)
                }
        return found

    def _rules(self, matcher: Matcher, element: ElementWrapper) -> list[list[Declaration]]:
        return [payload for _, _, pseudo, payload in matcher.match(element) if pseudo is None]

    def _counts(self, name: str, value: str) -> bool:
        if name.startswith("--") or "var(" in value.lower():
            return name in self._readers or name.startswith("--")
        reader = self._readers.get(name)
        return reader is not None and (value.lower() in INHERITED or reader(value) is not None)

    def _add(self, rules: list[Any], matcher: Matcher) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._add_rule(rule.prelude, rule.content, matcher)
            elif rule.type == "at-rule" and rule.lower_at_keyword == "layer":
                inside = self._layer(rule)
                self._add(tinycss2.parse_rule_list(rule.content or [], True, True), inside)
            elif rule.type == "at-rule" and rule.lower_at_keyword == "namespace":
                *prefix, address = [node for node in rule.prelude if node.type != "whitespace"] or [None]
                if address is not None and address.type in ("url", "string"):
                    self._namespaces[prefix[0].value if prefix else None] = address.value
            elif rule.type == "at-rule" and rule.content and _applies(rule):
                self._add(tinycss2.parse_rule_list(rule.content, True, True), matcher)

    def _layer(self, rule: Any) -> Matcher:  # noqa: ANN401 - tinycss2 ships no types
        """The layer of an `@layer`, the last that it names; those that nobody named before come after the others."""
        names = [name.strip() for name in _text(rule.prelude).split(",")]
        if names == [""]:
            names = [f"{len(self._layers)} of no name"]
        return [self._layers.setdefault(name, Matcher()) for name in names][-1]

    def _add_rule(self, selector: Any, content: list[Any], matcher: Matcher) -> None:  # noqa: ANN401
        """A rule, and those that are nested in it. A wrong selector drops them all."""
        try:
            selectors = compile_selector_list(selector, self._namespaces)
        except SelectorError:
            return
        nodes = tinycss2.parse_blocks_contents(content, True, True)
        declarations = list(_declarations(nodes))
        for compiled in selectors:
            matcher.add_selector(compiled, declarations)
        for node in nodes:
            if node.type == "qualified-rule":
                self._add_rule(_nested(_text(selector), node.prelude), node.content, matcher)
            elif node.type == "at-rule" and node.content and _applies(node):
                self._add_rule(selector, node.content, matcher)


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
            return shows(_text(rule.prelude))
        case "supports":
            return not _text(rule.prelude).lower().startswith("not")
    return False


def _is_css(element: Element) -> bool:
    return element.get("type", "").strip().lower() in ("", "text/css")


def _nested(parent: str, selector: list[Any]) -> str:
    """A selector inside of a rule in full: `&` is what the rule is for, and stands before one that does not name it."""
    inside, parts = f":is({parent})", [""]
    for node in selector:
        if node == ",":
            parts.append("")
        else:
            parts[-1] += str(node.serialize())
    return ", ".join(part.replace("&", inside) if "&" in part else f"{inside} {part}" for part in parts)


def _text(nodes: Any) -> str:  # noqa: ANN401
    return (
        nodes
        if isinstance(nodes, str)
        else str(tinycss2.serialize([node for node in nodes if node.type != "comment"])).strip()
    )
