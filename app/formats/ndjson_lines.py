"""Drawings as lines of Quick, Draw!'s simplified ndjson, so that what reads the dataset reads them.

Form: https://github.com/googlecreativelab/quickdraw-dataset, "The simplified drawing files".
"""

from collections.abc import Sequence

import orjson

from app.engine.request import DrawRequest
from model.drawing import Drawing
from model.simplify import fit, simplify
from model.strokes import to_polylines

COUNTRY = "ZZ"  # nobody's, in ISO 3166
TIMESTAMP = "1970-01-01 00:00:00.00000 UTC"  # none: the same seed gives the same line at any time


def ndjson_bytes(drawn: Sequence[tuple[DrawRequest, Drawing]]) -> bytes:
    """A line for each drawing; its key is its seed, and it is recognized if the network ended it."""
    return b"".join(
        orjson.dumps(
            {
                "word": request.subject.card.name,
                "countrycode": COUNTRY,
                "timestamp": TIMESTAMP,
                "recognized": drawing.ended,
                "key_id": f"{drawing.seed:016}",  # as many digits as the dataset's
                "drawing": _strokes(drawing),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for request, drawing in drawn
    )


def _strokes(drawing: Drawing) -> list[list[list[int]]]:
    """For each stroke its x and its y, whole numbers from 0 to 255, aligned to the top left."""
    lines, scale = fit([stroke.astype(float) for stroke in to_polylines(drawing.stroke5)])
    if scale < 1:  # finer now than the dataset's lines are
        lines, _ = fit([simplify(line) for line in lines])  # an end that sticks out a little is gone
    return [line.round().astype(int).T.tolist() for line in lines]
