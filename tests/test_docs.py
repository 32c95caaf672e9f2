"""The pages hang together: every link leads somewhere, every page can be reached."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ELSEWHERE, PREFIX, Settings
from training.__main__ import parser

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<(?:img|a)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def pages(root: Path) -> list[Path]:
    """Every Markdown page of the project, without what tools put there."""
    found = (path.relative_to(root) for path in root.rglob("*.md"))
    return sorted(root / path for path in found if not any(part.startswith(".") for part in path.parts))


def links(page: Path) -> Iterator[str]:
    """Links and pictures of a page that stay inside the project."""
    for match in LINK.finditer(FENCE.sub("", page.read_text())):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Ids of a page's headings, as GitHub makes them."""
    headings = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text) for text in HEADING.findall(FENCE.sub("", page.read_text()))
    )
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def dead_links(page: Path) -> list[str]:
    """Links of a page to files or headings that are not there."""
    dead = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """No link or picture of a page is dead."""
    assert dead_links(page) == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_page_is_in_the_index(page: Path) -> None:
    """docs/README.md leads to every other page."""
    index = ROOT / "docs/README.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert page == index or page.resolve() in reached


TRAINING = re.compile(r"^ *(?:\.venv/bin/)?python -m training ([a-z].*)$", re.MULTILINE)


def commands(page: Path) -> Iterator[list[str]]:
    """The words of each command that trains, in a block of a page; what a shell would put into it is one word."""
    for command in TRAINING.findall(page.read_text().replace("\\\n", " ")):
        yield shlex.split(re.sub(r"\$\([^)]*\)", "WORD", command).replace("$system", "base"), comments=True)


@pytest.mark.parametrize("page", pages(ROOT), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_have_the_options_that_they_name(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of `python -m training` on a page is one that it takes; the lab notes keep those of their day."""
    for words in commands(page) if page.name != "lab-notes.md" else ():
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{' '.join(words)}: {capsys.readouterr().err.splitlines()[-1]}")


PLACE = re.compile(r"`((?:app|benchmarks|deploy|examples|inkstream|model|scripts|tests|training)/[\w./-]+)`")
CURRENT = [page for page in pages(ROOT) if page.name != "CHANGELOG.md"]


@pytest.mark.parametrize("page", CURRENT, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    """Files and folders of the sources, and settings, are not those of an earlier version."""
    text = page.read_text()
    assert [place for place in PLACE.findall(text) if not (ROOT / place).exists()] == []
    settings = {*(PREFIX + name.upper() for name in Settings.model_fields), *ELSEWHERE}
    assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text)) <= settings


def test_commands_are_found(tmp_path: Path) -> None:
    """In blocks of either kind, over several lines, without comments."""
    page = tmp_path / "page.md"
    page.write_text(
        "```bash\n.venv/bin/python -m training sheet $(all x) \\\n  --out a  # b\n```\n\n    python -m training pack\n"
    )
    assert list(commands(page)) == [["sheet", "WORD", "--out", "a"], ["pack"]]


def test_every_attribute_of_the_element_is_described() -> None:
    """docs/embed.md has a row for each that the element looks at, and for no other."""
    [observed] = re.findall(r'observedAttributes =\s*"([a-z -]+)"', (ROOT / "app/static/embed.js").read_text())
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", (ROOT / "docs/embed.md").read_text(), re.MULTILINE)
    assert sorted(re.findall(r"[a-z-]+", " ".join(rows))) == sorted(observed.split())


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """The check sees missing files, headings and pictures, and lets good links and code pass."""
    (tmp_path / "other.md").write_text("# Two words!\n```\n# no heading\n```\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](other.md) [b](other.md#two-words) [c](#here) [d](https://example.org/x) ![e](no.png)\n"
        '[f](gone.md "title") [g](other.md#no-heading) [h](#there) <img src="gone.svg">\n```\n[i](in/code.md)\n```\n'
    )
    assert dead_links(page) == ["no.png", "gone.md", "other.md#no-heading", "#there", "gone.svg"]
