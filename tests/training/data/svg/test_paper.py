from xml.etree import ElementTree

import pytest

from training.data.svg.document import Document
from training.data.svg.paper import without_paper

LINE = '<path stroke="#000" d="M10 40L90 90"/>'
BLOT = '<path d="M10 50Q30 48 50 50T90 50L90 53Z"/>'


def left(body: str, head: str = 'viewBox="0 0 100 100"') -> list[str]:
    document = Document(ElementTree.fromstring(f"<svg {head}>{body}</svg>"))
    return [shape.name for shape in without_paper(list(document.shown()), document.size)]


@pytest.mark.parametrize("rest", [LINE, BLOT])
@pytest.mark.parametrize(
    "paper",
    [
        '<rect width="100" height="100" fill="#fff"/>',
        '<rect width="100%" height="100%"/>',
        '<rect x="-5" y="-5" width="120" height="120" rx="2"/>',
        '<path d="M0 0H100V100H0Z" fill="#fff"/>',
        '<polygon points="0,0 100,0 100,100 0,100"/>',
        '<rect width="100" height="100" fill="#fff" stroke="#ccc"/>',
        '<rect x="5" y="35" width="90" height="60" fill="#fff"/>',
    ],
)
def test_paper_is_no_shape(paper: str, rest: str) -> None:
    """However it is written, larger than the document too, and where it is only as large as what stands on it."""
    assert left(paper + rest) == ["path"]


def test_what_is_drawn_stays() -> None:
    """A frame without filling, a box that something leaves, a stroked box inside, and a lone stroked one."""
    frame = '<rect width="100" height="100" fill="none" stroke="#000"/>'
    assert left(frame + LINE) == ["rect", "path"]
    assert left('<rect x="5" y="35" width="50" height="50"/>' + LINE) == ["rect", "path"]
    assert left('<rect x="5" y="35" width="90" height="60" stroke="#000"/>' + LINE) == ["rect", "path"]
    assert left('<rect width="100" height="100" stroke="#000"/>') == ["rect"]
    assert left('<rect width="100" height="100" fill="#fff"/>') == []


def test_a_document_without_a_view_box() -> None:
    """Its size is that of its attributes."""
    assert left('<rect width="40" height="30"/>' + LINE, 'width="40" height="30"') == ["path"]
