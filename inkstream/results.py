"""What comes back: drawings, sheets of them, endings, guesses. A form of them is asked for when it is wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

import orjson

from inkstream import calls
from inkstream.calls import Call, Value
from inkstream.files import form_of, write

if TYPE_CHECKING:
    from model.strokes import Array

Send = Callable[[Call], bytes]
D = TypeVar("D")


class Facts:
    """What the JSON of a drawing says; `body` has all of it (docs/api.md)."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = dict(body)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.category!r}, seed {self.seed}, {self.points} points>"

    @property
    def category(self) -> str:
        """What it shows."""
        return str(self.body["category"])

    @property
    def seed(self) -> int:
        """The number of its seed."""
        return int(self.body["seed"])

    @property
    def points(self) -> int:
        """How many points were drawn, beside the first or those that were given."""
        return int(self.body["points"])

    @property
    def ended(self) -> bool:
        """Whether the network ended the drawing; False where it was cut off."""
        return bool(self.body["ended"])

    @cached_property
    def strokes(self) -> "list[Array]":
        """Its lines, float32 [m, 2] each, y down: in pixels from the first point, or as the given ones are."""
        import numpy as np  # noqa: PLC0415 - who wants pictures only does without

        return [np.array(line, np.float32).reshape(-1, 2) for line in self.body["strokes"]]

    @cached_property
    def stroke5(self) -> "Array":
        """The same as rows float32 [n, 5]: dx, dy, pen down, pen lifts, the drawing ends."""
        import numpy as np  # noqa: PLC0415 - the same

        return np.array(self.body["stroke5"], np.float32).reshape(-1, 5)


class Pictures:
    """Drawings in every form of the service. `look`: what docs/api.md has for pictures: `color="teal"`, `size=256`."""

    def __init__(self, call: Call, send: Send) -> None:
        self._call = call
        self._send = send

    def content(self, form: str, **look: Value) -> bytes:
        """The bytes of a form, such as `svg`."""
        return self._send(self._call.written(form, look))

    def svg(self, **look: Value) -> str:
        return self.content("svg", **look).decode()

    def png(self, **look: Value) -> bytes:
        return self.content("png", **look)

    def gif(self, **look: Value) -> bytes:
        return self.content("gif", **look)

    def webp(self, **look: Value) -> bytes:
        return self.content("webp", **look)

    def ndjson(self) -> str:
        """A line for each drawing, as Quick, Draw! has them."""
        return self.content("ndjson").decode()

    def json(self) -> dict[str, Any]:
        """The JSON document, read."""
        return dict(orjson.loads(self.content("json")))

    def save(self, path: str | Path, form: str | None = None, **look: Value) -> None:
        """Write a file, whole or not at all, in the form that its name ends with. Raises ValueError and OSError."""
        write(Path(path), self.content(form or form_of(Path(path)), **look))

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg()


class Drawing(Facts, Pictures):
    """One drawing. Its seed, system, latent code and temperatures give it again, in any form."""

    def __init__(self, body: Mapping[str, Any], send: Send) -> None:
        Facts.__init__(self, body)
        Pictures.__init__(self, calls.again(body), send)


class Several(Sequence[D]):
    """Drawings that came together, as a list of them."""

    def __init__(self, drawings: Sequence[D]) -> None:
        self._drawings = list(drawings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._drawings})"

    def __len__(self) -> int:
        return len(self._drawings)

    @overload
    def __getitem__(self, index: int) -> D: ...
    @overload
    def __getitem__(self, index: slice) -> list[D]: ...
    def __getitem__(self, index: int | slice) -> D | list[D]:
        return self._drawings[index]


class Sheet(Several[Drawing], Pictures):
    """Several drawings: a list of them, and a sheet as a picture."""

    def __init__(self, bodies: Sequence[Mapping[str, Any]], call: Call, send: Send) -> None:
        Several.__init__(self, [Drawing(body, send) for body in bodies])
        Pictures.__init__(self, call, send)


class Completion(Facts):
    """A drawing of yours that was finished, in your own coordinates."""

    @property
    def given_strokes(self) -> int:
        """How many of `strokes` were given; the last of them may be gone on with."""
        return int(self.body["given_strokes"])

    @classmethod
    def all_of(cls, body: Mapping[str, Any]) -> list[Self]:
        """Each of an answer's."""
        return [cls({"category": body["category"], **each}) for each in body["drawings"]]


@dataclass(frozen=True, slots=True)
class Guess:
    """A category that a drawing may show, and how likely that is, 0 to 1."""

    slug: str
    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a drawing may show, the likeliest first. `sure`: the first is likely to be right."""

    guesses: list[Guess]
    sure: bool

    def __iter__(self) -> Iterator[Guess]:
        return iter(self.guesses)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """That of an answer."""
        return cls([Guess(each["slug"], each["name"], each["probability"]) for each in body["guesses"]], body["sure"])
