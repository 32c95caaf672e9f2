"""A drawing, or the beginning of one, that a client gives, fitted to the box that the networks know."""

from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.errors import Invalid
from model.errors import DrawingError
from model.simplify import SIDE, simplify
from model.strokes import END_ROW, Array, from_polylines, to_polylines, validate

SHARE = 0.9  # of it that a given part is taken to fill: in half-finished Quick, Draw! drawings the median is 0.9 to 1
MOST_POINTS = 10_000
FAR = 1e6
SHORTEST = 1 / FAR  # longest side of a whole drawing

Coordinate = Annotated[float, Field(gt=-FAR, lt=FAR, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate]
Bit = Annotated[int, Field(ge=0, le=1)]
Row = tuple[Coordinate, Coordinate, Bit, Bit, Bit]
Line = Annotated[
    list[Point], Field(fail_fast=True)
]  # 60,000 mistakes take half a second to list, and nobody reads them
Lines = list[NDArray[np.float64]]


class Given(BaseModel):
    """Strokes in the client's own coordinates."""

    strokes: Annotated[list[Line], Field(fail_fast=True)] | None = Field(
        None,
        max_length=1000,
        description="Lines drawn so far, each a list of [x, y] points, y down, in any scale. This or `stroke5`.",
        examples=[[[[0, 0], [40, -60], [80, 0]], [[30, -20], [50, -20]]]],
    )
    stroke5: Annotated[list[Row], Field(fail_fast=True)] | None = Field(
        None,
        max_length=MOST_POINTS,
        description="The same as rows `[dx, dy, p1, p2, p3]`; the last may be an end row, which does not count. "
        "Where its last point has the pen down, the network goes on with that line.",
    )
    size: Annotated[float, Field(ge=1 / FAR, lt=FAR, allow_inf_nan=False)] | None = Field(
        None,
        description="Longest side that the finished drawing is to have, in the client's units. "
        "Default: the service takes lines that are to be finished to fill nine tenths of it, and others all of it.",
    )
    simplify: bool = Field(
        True, description="Leave out points that a line does not need, as in the drawings the networks learnt from."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.strokes is not None and self.stroke5 is not None:
            raise PydanticCustomError("given", "Either strokes or stroke5 can be given, not both")
        return self

    def points(self) -> int:
        """How many points are given."""
        return len(self.stroke5 or ()) + sum(map(len, self.strokes or ()))

    def fit(self, most: int, *, whole: bool = False) -> "Fitted | None":
        """What is given, for a network whose drawings have up to `most` points; None where nothing is.

        `whole`: it is a whole drawing, not the beginning of one, so more than a dot. Raises Invalid, naming what is
        wrong.
        """
        if self.strokes is None and self.stroke5 is None:
            return None
        name = "strokes" if self.stroke5 is None else "stroke5"
        try:
            rows, lines = self._rows_and_lines()
            scale = SIDE / self.size if self.size is not None else _scale(lines, 1.0 if whole else SHARE)
            fitted = self._fitted(rows, lines, scale, most + whole)
        except DrawingError as error:
            raise Invalid([(name, str(error).capitalize())]) from None
        if whole and (_longest(lines) < SHORTEST or not fitted[:, :2].any()):
            raise Invalid([(name, "Should be more than a dot: a drawing is 0.000001 long at least")])
        if whole and len(fitted) > most:
            raise Invalid([(name, f"Has too many points: drawings here have {most} at most")])
        if not whole and len(fitted) >= most:
            raise Invalid(
                [(name, f"Has too many points: drawings here have {most} at most, and the network has some to add")]
            )
        return Fitted(rows, lines, fitted, scale)

    def _rows_and_lines(self) -> tuple[Array, Lines]:
        """The given rows [m, 5] without an end row, and lines, both in the client's scale."""
        if self.stroke5 is None:
            lines = [np.array(line, np.float64) for line in self.strokes or [] if line]
            if sum(map(len, lines)) > MOST_POINTS:
                raise DrawingError(f"more than {MOST_POINTS} points are too many")
            return from_polylines(lines)[:-1], lines
        rows = np.array(self.stroke5, np.float32).reshape(-1, 5)
        if not len(rows) or rows[-1, 4] != 1:
            rows = np.concatenate([rows, END_ROW[None]])
        rows = validate(rows)
        return rows[:-1], [line.astype(np.float64) for line in to_polylines(rows)]

    def _fitted(self, rows: Array, lines: Lines, scale: float, most: int) -> Array:
        """The rows in the networks' scale; of more than `most` only the first."""
        if self.simplify:
            pen = rows[-1, 2:]
            thin, left = list[NDArray[np.float64]](), most
            for line in lines:
                thin.append(simplify((line - lines[0][0]) * scale, most=left))
                left -= len(thin[-1])
                if left < 0:
                    break
            rows = from_polylines(thin)[:-1]
            rows[-1, 2:] = pen
            return rows
        fitted = np.concatenate([rows[:, :2] * np.float32(scale), rows[:, 2:]], axis=1)
        if not np.abs(fitted).max() < FAR:
            raise DrawingError("it is far larger than its size")
        return fitted


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was given: `rows` [m, 5] and `lines` in the client's scale, and `fitted` [k, 5] in the networks'.

    `scale`: pixels of the networks for each of the client's units.
    """

    rows: Array
    lines: Lines
    fitted: Array
    scale: float

    def back(self, drawn: Array) -> Array:
        """Rows [n, 5] that the network drew, in the client's scale."""
        return unscaled(drawn, self.scale)

    def over(self, drawn: Array) -> Lines:
        """The lines of another drawing [n, 5] in the client's coordinates, its middle over that of what was given."""
        lines = [line.astype(np.float64) / self.scale for line in to_polylines(drawn)]
        middles = [(points.min(axis=0) + points.max(axis=0)) / 2 for points in map(np.concatenate, (self.lines, lines))]
        moved = [line + (middles[0] - middles[1]) for line in lines]
        return [line.round(self._decimals()) for line in moved]

    def whole(self, drawn: Array) -> tuple[Array, list[list[tuple[float, float]]]]:
        """Rows and lines of the finished drawing, of which `drawn` [n, 5] is the rest, in the client's coordinates."""
        lines = [[(float(x), float(y)) for x, y in line] for line in self.lines]
        decimals = self._decimals()
        at = self.lines[-1][-1]
        down = self.rows[-1, 2] == 1
        for dx, dy, *_, lift, end in drawn.astype(np.float64):
            if end:
                break
            at = at + np.array([dx, dy]) / self.scale
            point = (round(float(at[0]), decimals), round(float(at[1]), decimals))
            lines[-1].append(point) if down else lines.append([point])
            down = not lift
        return np.concatenate([self.rows, self.back(drawn)]), lines

    def _decimals(self) -> int:
        """Of the client's numbers: to a thousandth of a pixel."""
        return int(np.clip(3 + np.floor(np.log10(self.scale)), 0, 12))


def unscaled(rows: Array, scale: float) -> Array:
    """Rows [n, 5] of the networks' pixels in a client's units."""
    return np.concatenate([rows[:, :2] / np.float32(scale), rows[:, 2:]], axis=1)


def _longest(lines: Lines) -> float:
    """Longest side of the box of all points."""
    return float(np.ptp(np.concatenate(lines), axis=0).max())


def _scale(lines: Lines, share: float) -> float:
    """Pixels for each unit, where lines are taken to fill this share of the whole's longest side; 1 for a lone dot."""
    longest = _longest(lines)
    return share * SIDE / max(longest, SHORTEST) if longest else 1.0
