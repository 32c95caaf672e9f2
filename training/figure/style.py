"""How all figures look: colours, sizes, and how they become files.

Figures are matplotlib's own objects: `pyplot` and its global state are not used.
"""

import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from model.files import write_whole
from training.errors import FigureError

PAPER = "#fffdf8"
INK = "#22303c"
FAINT = "#c9c4b8"  # rules, and where the pen moved without drawing
LABEL = "#5c6670"
DOWN, LIFT, END = "#2a7f9e", "#e8a33d", "#c8443a"  # the pen's states, in this order everywhere
PEN = (DOWN, LIFT, END)
PEN_NAMES = ("stays down", "lifts", "ends")
GLOW = LinearSegmentedColormap.from_list("glow", [PAPER, "#fbe3b0", "#f4ae5d", "#dd6b4a", "#a33559", "#54206b"])
DPI = 100
LOOK = re.compile(r' clip-path="([^"]+)" style="([^"]+)"')
COORDINATE = re.compile(r"(?<=[ML ])-?\d+\.\d+(?=[\s\"])")  # of a path
TITLE, TEXT, SMALL = 13, 10, 8.5  # points


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches that pixels can be had of."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def headline(figure: Figure, title: str, note: str = "") -> None:
    """What the figure shows, at its upper left, and a line about how to read it."""
    inch = 1 / figure.get_figheight()
    figure.text(0.25 / figure.get_figwidth(), 1 - 0.38 * inch, title, size=TITLE, color=INK, weight="bold")
    figure.text(0.25 / figure.get_figwidth(), 1 - 0.64 * inch, note, size=SMALL, color=LABEL)


def plain(axes: Axes, *, x: str = "", y: str = "") -> None:
    """Two thin rules, small numbers, and the names of the axes."""
    axes.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.tick_params(colors=LABEL, labelsize=SMALL - 1, length=3, color=FAINT)
    axes.set_xlabel(x, size=SMALL, color=LABEL)
    axes.set_ylabel(y, size=SMALL, color=LABEL)


def save(figure: Figure, path: Path, *, brief: bool = False) -> None:
    """Write a figure to a file, .svg or .png by its ending: the same bytes for the same figure.

    `brief`: coordinates of an SVG in tenths of a point, finer than anybody sees, where so many lines make a large file.
    Raises FigureError when it cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    metadata: dict[str, str | None] = {"Date": None} if kind == "svg" else {"Software": None}
    made = io.BytesIO()
    with rc_context({"svg.hashsalt": path.stem, "path.simplify": False}):
        figure.savefig(made, format=kind, metadata=metadata, facecolor=figure.get_facecolor())
    content = made.getvalue()
    if brief and kind == "svg":
        content = _shortened(content.decode()).encode()
    try:
        write_whole(path, content)
    except OSError as error:
        raise FigureError(f"{path} cannot be written: {error.strerror or error}") from error


def _shortened(svg: str) -> str:
    """The same picture in fewer bytes: rounded coordinates, and the look that most lines share said once."""
    svg = re.sub(r"\s+L ", "L", COORDINATE.sub(lambda found: f"{float(found[0]):.1f}", svg))
    looks = Counter(LOOK.findall(svg))
    if not looks:
        return svg
    [((clip, look), _)] = looks.most_common(1)
    svg = svg.replace(f' clip-path="{clip}" style="{look}"', ' class="l"')
    return svg.replace("</style>", f".l{{clip-path:{clip};{look}}}</style>", 1)


def rows_labelled(labels: Sequence[str], axes: Axes, at: Sequence[float], x: float) -> None:
    """A label for each row of a grid, right-aligned at `x`."""
    for label, y in zip(labels, at, strict=True):
        axes.text(x, y, label, size=TEXT, color=LABEL, ha="right", va="center", linespacing=1.4)
