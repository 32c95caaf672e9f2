"""Thumbnails of categories: each is drawn when it is first wanted, and kept."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.catalogue.subject import Subject
from app.formats.asset import Asset
from app.formats.thumbnail import thumbnail_svg
from model.drawing import Drawing

Key = tuple[Path, int]  # a network and a subject of it
Draw = Callable[[], Awaitable[Drawing]]


class Thumbnails:
    """Those of one service, used in one event loop; about 2 kB for each subject that was asked for."""

    def __init__(self) -> None:
        self._kept: dict[Key, Asset] = {}
        self._drawing: dict[Key, asyncio.Task[Asset]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def get(self, subject: Subject, draw: Draw) -> Asset:
        """The thumbnail; `draw` makes its drawing, if nobody did yet. All who ask meanwhile wait for the same one.

        Raises what `draw` does; the next who asks tries again.
        """
        key = (subject.network.folder, subject.number)
        if key in self._kept:
            return self._kept[key]
        if key not in self._drawing:
            self._drawing[key] = asyncio.create_task(self._make(key, draw))
        return await asyncio.shield(self._drawing[key])  # others may wait for it too

    async def close(self) -> None:
        """Wait for those that are being drawn."""
        await asyncio.gather(*self._drawing.values(), return_exceptions=True)

    async def _make(self, key: Key, draw: Draw) -> Asset:
        try:
            drawing = await draw()
        finally:
            del self._drawing[key]
        self._kept[key] = Asset("thumbnail.svg", thumbnail_svg(drawing.stroke5))
        return self._kept[key]
