"""Inkstream from Python: `inkstream.draw("penguin", seed="ada").save("penguin.svg")` draws here, without a server.

`inkstream.Client("http://localhost:8000")` has the same methods and asks a service. Nothing heavy is imported before
something is drawn.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkstream.async_client import AsyncClient
    from inkstream.async_results import AsyncDrawing, AsyncSheet
    from inkstream.client import Client
    from inkstream.errors import Busy, InkstreamError, Problem, ServiceError, Unreachable
    from inkstream.live import Point
    from inkstream.local import between, categories, complete, draw, like, recognise
    from inkstream.results import Completion, Drawing, Recognition, Sheet

HOMES = {  # name -> the module that has it, imported when it is first used
    **dict.fromkeys(("between", "categories", "complete", "draw", "like", "recognise"), "inkstream.local"),
    "AsyncClient": "inkstream.async_client",
    "Client": "inkstream.client",
    **dict.fromkeys(("Busy", "InkstreamError", "Problem", "ServiceError", "Unreachable"), "inkstream.errors"),
    "Point": "inkstream.live",
    **dict.fromkeys(("AsyncDrawing", "AsyncSheet"), "inkstream.async_results"),
    **dict.fromkeys(("Completion", "Drawing", "Recognition", "Sheet"), "inkstream.results"),
}

__all__ = [
    "AsyncClient",
    "AsyncDrawing",
    "AsyncSheet",
    "Busy",
    "Client",
    "Completion",
    "Drawing",
    "InkstreamError",
    "Point",
    "Problem",
    "Recognition",
    "ServiceError",
    "Sheet",
    "Unreachable",
    "between",
    "categories",
    "complete",
    "draw",
    "like",
    "recognise",
]


def __getattr__(name: str) -> object:
    """What is imported at its first use."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
