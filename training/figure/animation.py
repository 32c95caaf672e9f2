"""Figures that move: frames of one figure as an animated GIF."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from model.files import write_whole
from training.errors import FigureError

COLORS = 64  # of one palette for all frames: colours do not flicker, and frames stay small
SAMPLED = 12  # frames that the palette is made of


def frame(figure: Figure) -> Image.Image:
    """What a figure looks like now."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())  # type: ignore[no-untyped-call]


def write_gif(path: Path, frames: Iterable[Image.Image], milliseconds: Sequence[int]) -> None:
    """Write frames, each shown for so long, as a GIF that begins again. Raises FigureError when that fails."""
    pictures = list(frames)
    palette = _palette(pictures)
    quantised = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    content = io.BytesIO()
    quantised[0].save(
        content, "GIF", save_all=True, append_images=quantised[1:], duration=list(milliseconds), loop=0, optimize=False
    )
    try:
        write_whole(path, content.getvalue())
    except OSError as error:
        raise FigureError(f"{path} cannot be written: {error.strerror or error}") from error


def _palette(pictures: Sequence[Image.Image]) -> Image.Image:
    """The colours of frames from the whole of the animation, the last among them."""
    which = np.unique(np.linspace(0, len(pictures) - 1, SAMPLED).round().astype(int))
    width, height = pictures[0].size
    together = Image.new("RGB", (width, height * len(which)))
    for i, number in enumerate(which):
        together.paste(pictures[number], (0, i * height))
    return together.quantize(COLORS, method=Image.Quantize.MEDIANCUT)
