"""Stroke-5 rows as JSON, fast: most of what a stream costs beside decoding is writing numbers."""

import numpy as np
import orjson

from model.strokes import Array

# The last three numbers of a row as they are written by themselves, and as they are to be: they are integers.
PENS = ((b",1.0,0.0,0.0]", b",1,0,0]"), (b",0.0,1.0,0.0]", b",0,1,0]"), (b",0.0,0.0,1.0]", b",0,0,1]"))


def rows_json(rows: Array) -> bytes:
    """Rows [m, 5] as `[[dx,dy,p1,p2,p3],...]`: the shortest decimals that are the same float32, and integers."""
    written = orjson.dumps(rows + np.float32(0), option=orjson.OPT_SERIALIZE_NUMPY)  # + 0: no -0.0
    for floats, integers in PENS:
        written = written.replace(floats, integers)
    return written
