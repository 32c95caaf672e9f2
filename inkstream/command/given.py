"""Files with a drawing that others are to be like."""

from pathlib import Path
from typing import Any

import orjson

from model.errors import DrawingError

KEYS = ("strokes", "stroke5")  # of a drawing as JSON, ours or one for `POST /like`


def drawing_in(path: Path) -> dict[str, Any]:
    """The first drawing of a file in any form that drawings come in, as `POST /like` takes it.

    Raises OSError, DrawingError where there is none, and DataError where the file is damaged.
    """
    from training.data.formats import read_drawings  # noqa: PLC0415 - it takes half a second, and reads what few draw

    content = path.read_bytes()
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        said = None
    if isinstance(said, list):
        return {"strokes": said}
    if isinstance(said, dict) and (key := next((key for key in KEYS if key in said), None)):
        return {key: said[key]}
    sketch = next(read_drawings(path), None)
    if sketch is None:
        raise DrawingError(f"{path} holds no drawing")
    return {"stroke5": sketch.stroke5.tolist()}
