"""Stroke-5 rows as JSON, fast: most of what a stream costs beside decoding is writing numbers."""

from operator import add

import numpy as np
import orjson

from model.strokes import Array

# What follows the move of a row, by its last two numbers, and what parts it from the next row.
PENS = {(0.0, 0.0): b",1,0,0],[", (1.0, 0.0): b",0,1,0],[", (0.0, 1.0): b",0,0,1],["}


def rows_json(rows: Array) -> bytes:
    """Rows [m, 5] as `[[dx,dy,p1,p2,p3],...]`: the shortest decimals that are the same float32, and integers."""
    if not len(rows):
        return b"[]"
    moves = orjson.dumps(rows[:, :2] + np.float32(0), option=orjson.OPT_SERIALIZE_NUMPY)  # + 0: no -0.0
    pens = map(PENS.__getitem__, map(tuple, rows[:, 3:].tolist()))  # argmax would let the engine have Python for long
    return b"[[" + b"".join(map(add, moves[2:-2].split(b"],["), pens)).removesuffix(b",[") + b"]"
