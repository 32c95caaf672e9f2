"""Files with a drawing that others are to be like."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from model.errors import DrawingError
from training.errors import DataError

KEYS = ("strokes", "stroke5")  # of a drawing as JSON, ours or one for `POST /like`


def drawing_in(path: Path) -> dict[str, Any]:
    """The first drawing of a file in any form that drawings come in, as `POST /like` takes it.

    Raises DrawingError where there is none, and DataError where the file cannot be read.
    """
    from training.data.formats import read_drawings  # noqa: PLC0415 - it takes half a second, and reads what few draw
    from training.data.source import text_of  # noqa: PLC0415 - the same

    said = None
    with suppress(DataError, orjson.JSONDecodeError):  # then it is in another form, or `read_drawings` says why
        said = orjson.loads(text_of(path))
    if isinstance(said, list):
        return {"strokes": said}
    if isinstance(said, dict) and (key := next((key for key in KEYS if key in said), None)):
        return {key: said[key]}
    sketch = next(read_drawings(path), None)
    if sketch is None:
        raise DrawingError(f"{path} holds no drawing")
    return {"stroke5": sketch.stroke5.tolist()}
