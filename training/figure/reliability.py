"""How sure a classifier is beside how often it is right, on drawings and on their beginnings."""

from collections.abc import Sequence
from pathlib import Path

from training.figure import style
from training.score.beginnings import Beginnings

FEWEST = 30  # drawings that make a point: the share that is right would be chance


def reliability(scores: Sequence[Beginnings], path: Path) -> None:
    """A line for each part of the drawings; on the diagonal a classifier is as sure as it is right.

    Raises FigureError when the file cannot be written.
    """
    figure = style.new_figure(6.0, 5.2)
    style.headline(
        figure,
        "How sure it is, and how often right",
        "on the diagonal: of the answers that are 70 % sure, 70 % are right",
    )
    axes = figure.add_axes((0.11, 0.11, 0.85, 0.73))
    style.plain(axes, x="how sure it is of its first guess", y="how often that is right")
    axes.plot([0, 1], [0, 1], color=style.FAINT, linewidth=1)
    colors = [style.GLOW(0.3 + 0.5 * i / max(1, len(scores) - 1)) for i in range(len(scores))]
    for score, color in zip(scores, colors, strict=True):
        shown = [each for each in score.bins if each.share * score.drawings >= FEWEST]
        label = f"{score.part:.0%} of the strokes: {score.top1:.1%} right, off by {score.calibration_error:.1%}"
        axes.plot([each.sure for each in shown], [each.right for each in shown], "o-", color=color, label=label)
        axes.lines[-1].set(markersize=4, linewidth=1.5)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.legend(frameon=False, fontsize=style.SMALL, labelcolor=style.INK, loc="upper left")
    style.save(figure, path)
