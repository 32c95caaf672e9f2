"""Pictures in pixels: what they show, where, and how a GIF moves."""

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageColor

from model.picture.layout import alone, sheet
from model.picture.length import PIXELS_OF
from model.picture.look import Look
from model.picture.pixels import HOLD, MOST_FRAMES, STEP, flipbook, gif, png
from model.picture.tile import OVERSAMPLED
from model.strokes import END_ROW, from_polylines

SQUARE = from_polylines([[(0, 0), (200, 0), (200, 100), (0, 100), (0, 0)], [(100, 50)]])
Grey = NDArray[np.int64]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def grey(image: Image.Image) -> Grey:
    return np.asarray(image.convert("L")).astype(np.int64)


def frames(content: bytes) -> list[Grey]:
    """The pictures that a viewer shows one after the other."""
    image = opened(content)
    shown = []
    for i in range(image.n_frames):  # type: ignore[attr-defined] # GIFs have it
        image.seek(i)
        shown.append(grey(image))
    return shown


def test_a_png_is_the_layout_in_pixels() -> None:
    """Lines lie where the layout says, as wide as it says; paper is white, ink is black, edges are grey."""
    layout = alone(SQUARE, Look(stroke_width=10, padding=5))
    image = opened(png(layout, Look(size=440), title="a square"))
    picture = grey(image)
    assert (image.size, image.mode, image.text["Title"]) == ((440, 240), "P", "a square")  # type: ignore[attr-defined]
    assert (picture[120, :10] == 255).all()
    assert (picture[120, 10:29] == 0).all()  # the left side: 10 units of 2 pixels, from 5 units on
    assert (picture[120, 31:200] == 255).all()
    assert (picture[115:125, 215:225] == 0).all()  # the dot
    assert picture[11, 11] == 255  # the corner is round
    assert 0 < len(np.unique(picture)) <= 16


def test_edges_are_smooth() -> None:
    """A slanted line has all shades between ink and paper."""
    shades = np.unique(grey(opened(png(alone(from_polylines([[(0, 0), (100, 37)]])), Look(size=300)))))
    assert len(shades) > 10


@settings(max_examples=25, deadline=None)
@given(st.integers(16, 300), st.floats(0.1, 50), st.floats(0, 60), st.floats(0.001, 1000))
def test_the_longer_side_is_as_asked(size: int, width: float, padding: float, height: float) -> None:
    """Whatever the shape of the drawing, and there is ink."""
    look = Look(stroke_width=width, padding=padding, size=size)
    picture = grey(opened(png(alone(from_polylines([[(0, 0), (100, height)]]), look), look)))
    assert max(picture.shape) == size
    assert picture.min() < 200


@pytest.mark.parametrize("draw", [png, gif])
@pytest.mark.parametrize("rows", [[END_ROW], [(0, 0, 0, 1, 0), END_ROW], [(0, 1e5, 1, 0, 0), END_ROW]])
def test_hardly_anything_is_a_picture_too(draw: object, rows: list[object]) -> None:
    """A drawing that ends at once, a dot, and a line far too long are pictures."""
    assert draw in (png, gif)
    layout = alone(np.array(rows, np.float32), Look(stroke_width=0.1, padding=0))
    picture = grey(opened((png if draw is png else gif)(layout, Look(size=64))))
    assert max(picture.shape) == 64
    assert picture.min() < 230


def test_a_png_says_how_large_it_is() -> None:
    """80 mm are 80 mm in print, and two pixels to one of CSS are 192 to an inch; plain pixels say nothing."""
    look = Look(width=80 * PIXELS_OF["mm"], unit="mm")
    found = opened(png(alone(SQUARE, look), look))
    assert found.width / found.info["dpi"][0] * 25.4 == pytest.approx(80, abs=0.02)
    assert found.info["dpi"][0] == found.info["dpi"][1]
    sharp = Look(size=100, dpr=2)
    assert opened(png(alone(SQUARE, sharp), sharp)).info["dpi"] == pytest.approx((192, 192), abs=0.1)
    assert "dpi" not in opened(png(alone(SQUARE), Look(size=100))).info


def test_ink_has_its_colour() -> None:
    """Every colour that an SVG may have."""
    for color in [*ImageColor.colormap, "#077", "#007777"]:
        look = Look(stroke_width=20, size=64, color=color)
        image = opened(png(alone(SQUARE, look), look)).convert("RGB")
        expected = Image.new("RGB", (1, 1), color).getpixel((0, 0))
        assert expected in {image.getpixel((x, 17)) for x in range(64)}, color
    with pytest.raises(ValueError, match="reddish"):
        png(alone(SQUARE), Look(size=64, color="reddish"))


def test_a_sheet_shows_every_drawing() -> None:
    """In its cell, row by row; a cell without one is blank."""
    picture = grey(opened(png(sheet([SQUARE] * 3, columns=2), Look(size=200))))
    assert picture.shape == (200, 200)
    cells = picture.reshape(2, 100, 2, 100).min(axis=(1, 3)).ravel()
    assert (cells[:3] < 50).all()
    assert cells[3] == 255
    np.testing.assert_array_equal(picture[:100, :100], picture[:100, 100:])


def test_a_sheet_is_drawn_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many drawings there are, no canvas in use is larger than the picture and one drawing, enlarged."""
    sizes: list[tuple[int, int]] = []
    real = Image.new

    def new(mode: str, size: tuple[int, int]) -> Image.Image:
        sizes.append(size)
        return real(mode, size)

    monkeypatch.setattr(Image, "new", new)
    png(sheet([SQUARE] * 100, columns=10), Look(size=1000))
    assert max(w * h for w, h in sizes) <= max(1000 * 1000, (100 * OVERSAMPLED) ** 2)


def test_a_gif_draws_point_by_point() -> None:
    """A frame for each point at a steady pace; ink only grows; the last is the PNG, and is held; it never stops."""
    image = opened(gif(alone(SQUARE), Look(size=120), title="a square"))
    assert image.info["loop"] == 0
    assert image.info["comment"] == b"a square"
    shown = frames(gif(alone(SQUARE), Look(size=120)))
    assert len(shown) == 6
    for before, after in pairwise(shown):
        assert (after <= before).all()
        assert (after < before).any()
    assert (shown[0] < 128).sum() < 40  # a dot
    np.testing.assert_array_equal(shown[-1], grey(opened(png(alone(SQUARE), Look(size=120)))))
    durations = []
    for i in range(6):
        image.seek(i)
        durations.append(image.info["duration"])
    assert durations == [STEP] * 5 + [HOLD]


def test_a_long_drawing_is_not_a_long_gif() -> None:
    """More points than frames are drawn several to a frame, to the last."""
    zigzag = from_polylines([[(i * 5 % 256, i) for i in range(MOST_FRAMES * 2 + 1)]])
    shown = frames(gif(alone(zigzag), Look(size=128)))
    assert MOST_FRAMES / 2 < len(shown) <= MOST_FRAMES
    np.testing.assert_array_equal(shown[-1], grey(opened(png(alone(zigzag), Look(size=128)))))


def test_a_sheet_moves_all_at_once() -> None:
    """Its drawings grow side by side; the longest says when it is over."""
    layout = sheet([SQUARE, from_polylines([[(0, 0), (200, 100)]])], Look(stroke_width=9), columns=2)
    shown = frames(gif(layout, Look(size=200)))
    assert len(shown) == 6
    assert (shown[0][:, :100] < 128).any()
    assert (shown[0][:, 100:] < 128).any()
    np.testing.assert_array_equal(shown[1][:, 100:], shown[-1][:, 100:])


def test_the_same_drawing_is_the_same_bytes() -> None:
    """Pictures depend on the rows alone."""
    for draw in (png, gif):
        assert draw(alone(SQUARE), Look(size=64)) == draw(alone(SQUARE.copy()), Look(size=64))


def test_a_flipbook_goes_there_and_back() -> None:
    """Each canvas whole, both ends held longer than what is between, and no end twice."""
    lines = [from_polylines([np.array([[0, 0], [100, turn]], float)]) for turn in (0, 40, 80)]
    layouts = [sheet([line], columns=1) for line in lines]
    book = Image.open(io.BytesIO(flipbook(layouts, Look(size=64))))
    assert book.size == (64, 64)
    shown = []
    for frame in range(getattr(book, "n_frames", 1)):
        book.seek(frame)
        shown.append((np.asarray(book.convert("L")).tobytes(), book.info["duration"]))
    assert [duration for _, duration in shown] == [1000, 150, 1000, 150]
    assert shown[1] == shown[3]
    assert len({picture for picture, _ in shown}) == 3
    again = Image.open(io.BytesIO(flipbook(layouts[:2], Look(size=64))))
    assert getattr(again, "n_frames", 1) == 2
