from xml.etree import ElementTree

import pytest
from cssselect2 import ElementWrapper

from training.data.svg.style import READERS
from training.data.svg.style_sheets import StyleSheets

BODY = '<g id="ink" class="a b"><path class="pen" data-x="1"/></g>'


def stroke(sheets: str, body: str = BODY) -> str | None:
    """What is declared for the stroke of the path."""
    root = ElementTree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{sheets}{body}</svg>')
    wrapped = ElementWrapper.from_xml_root(root)
    (path,) = (element for element in wrapped.iter_subtree() if element.local_name == "path")
    return StyleSheets(root, READERS).declared(path).get("stroke")


@pytest.mark.parametrize(
    "rules",
    [
        '@import url("https://fonts.test/css?family=X"); .pen{stroke:red}',
        "@import 'a.css' screen; @charset \"utf-8\"; .pen{stroke:red}",
        "@font-face { font-family: X; src: url(//fonts.test/x) } .pen{stroke:red}",
        "/* .pen { stroke: blue } */ .pen{/*;*/stroke:/* a */red}",
        "#ink path{stroke:red}",
        "#ink > .pen, bogus{stroke:red}",
        "svg g.a.b > path[data-x='1']:first-child{stroke:red}",
        "* {stroke:red}",
        ":root path:not(.other){stroke:red}",
        "path{stroke:red} bogus::{stroke:blue} .pen:hover{stroke:blue} path::before{stroke:blue}",
        "#ink path{stroke:red} path{stroke:blue}",
        ".pen{stroke:red} path{stroke:blue}",
        "path{stroke:blue} path{stroke:red}",
        "path{stroke:red!important} #ink .pen{stroke:blue}",
        ".pen{stroke:red;stroke:bogus}",
        "@media screen{.pen{stroke:red}} @media print{.pen{stroke:blue}}",
        ".pen{stroke:red} @media (prefers-color-scheme: dark){.pen{stroke:blue}}",
        "@supports (stroke: red){.pen{stroke:red}} @supports not (x: y){.pen{stroke:blue}}",
        "@keyframes a { from { stroke: blue } } .pen{STROKE:red}",
        ".pen{background:url(//a.test/b;c);stroke:red}",
        ".pen{stroke:red} @media",
        "@media screen and (min-width: 1px) and (color){.pen{stroke:red}}",
        "@media not all and (prefers-color-scheme:dark){.pen{stroke:red}}",
        "#ink{.pen{stroke:red}} #ink{> g{stroke:blue}}",
        ".pen{stroke:blue;&:not(.x, .y:not(.z)), .x{stroke:red}}",
        ".pen{@media screen{stroke:red} @media print{stroke:blue}}",
        ".pen{stroke:red} @layer a{#ink .pen{stroke:blue}}",
        "@layer a, b; @layer b{.pen{stroke:red}} @layer a{#ink .pen{stroke:blue}}",
        "@layer a{.pen{stroke:red!important}} #ink .pen{stroke:blue!important}",
        "@namespace s url(http://www.w3.org/2000/svg); @namespace x url(urn:x); s|path{stroke:red} x|path{stroke:blue}",
    ],
)
def test_a_sheet_is_read_as_browsers_read_it(rules: str) -> None:
    """At-rules, layers, nesting, comments, addresses, selectors, specificity, order, importance, what is invalid."""
    assert stroke(f"<style><![CDATA[{rules}]]></style>") == "red"


def test_the_order_of_sources() -> None:
    """Attributes come first, then sheets in order, then the style attribute, then what is important."""
    own = '<path class="pen" stroke="blue" style="stroke: green"/>'
    assert stroke("<style>.pen{stroke:red}</style>", '<path class="pen" stroke="blue"/>') == "red"
    assert stroke("<style>#x{stroke:red}</style>", own) == "green"
    assert stroke("<style>.pen{stroke:red !important}</style>", own) == "red"
    assert stroke("<style>.pen{stroke:blue}</style><defs><style>path.pen{stroke:red}</style></defs>") == "red"


@pytest.mark.parametrize("attributes", ['media="print"', 'type="text/less"'])
def test_other_sheets_do_not_count(attributes: str) -> None:
    """A sheet for printing, or in another language."""
    assert stroke(f"<style {attributes}>.pen{{stroke:red}}</style>") is None
