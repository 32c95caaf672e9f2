"""Drawings and sheets whose forms are awaited."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from inkstream import calls
from inkstream.calls import Call, Value
from inkstream.files import form_of, write
from inkstream.results import Facts, Several

Send = Callable[[Call], Awaitable[bytes]]


class AsyncPictures:
    """As `inkstream.results.Pictures`, to be awaited."""

    def __init__(self, call: Call, send: Send) -> None:
        self._call = call
        self._send = send

    async def content(self, form: str, **look: Value) -> bytes:
        """The bytes of a form, such as `svg`."""
        return await self._send(self._call.written(form, look))

    async def svg(self, **look: Value) -> str:
        return (await self.content("svg", **look)).decode()

    async def png(self, **look: Value) -> bytes:
        return await self.content("png", **look)

    async def gif(self, **look: Value) -> bytes:
        return await self.content("gif", **look)

    async def webp(self, **look: Value) -> bytes:
        return await self.content("webp", **look)

    async def ndjson(self) -> str:
        """A line for each drawing, as Quick, Draw! has them."""
        return (await self.content("ndjson")).decode()

    async def json(self) -> dict[str, Any]:
        """The JSON document, read."""
        return dict(orjson.loads(await self.content("json")))

    async def save(self, path: str | Path, form: str | None = None, **look: Value) -> None:
        """Write a file, whole or not at all, in the form that its name ends with. Raises ValueError and OSError."""
        write(Path(path), await self.content(form or form_of(Path(path)), **look))


class AsyncDrawing(Facts, AsyncPictures):
    """One drawing, whose forms are awaited."""

    def __init__(self, body: Mapping[str, Any], send: Send) -> None:
        Facts.__init__(self, body)
        AsyncPictures.__init__(self, calls.again(body), send)


class AsyncSheet(Several[AsyncDrawing], AsyncPictures):
    """The same, whose forms are awaited."""

    def __init__(self, bodies: Sequence[Mapping[str, Any]], call: Call, send: Send) -> None:
        Several.__init__(self, [AsyncDrawing(body, send) for body in bodies])
        AsyncPictures.__init__(self, call, send)
