"""Drawings as an answer: headers that say what they are, and what caches may do with them."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Literal, get_args
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from app.engine.request import DrawRequest
from app.formats.negotiation import MEDIA_TYPES, Format, has_already
from app.formats.render import DrawingBody, DrawingsBody, RequestedDrawings
from app.formats.seed import SeedValue
from app.formats.steering import text_of
from app.middleware.api_keys import client_name
from app.routes.address.paths import names_form
from app.routes.address.pinning import PINNED_HEADER, Pin, cache_headers, quoted
from app.routes.alike.chosen import Turn
from app.routes.disconnect import unless_gone
from app.routes.openapi import reference
from app.routes.service import service_of

PinOf = Callable[[DrawRequest], tuple[Pin | None, str | None]]  # from the first drawing, as `pin_drawing`
Fields = tuple[tuple[bytes, bytes], ...]  # headers as ASGI has them
Cache = Literal["hit", "miss", "reused", "bypass"]  # whether a drawing lay ready

CATEGORY_HEADER = "X-Inkstream-Category"
SEED_HEADER, SEED_TEXT_HEADER = "X-Inkstream-Seed", "X-Inkstream-Seed-Text"
COUNT_HEADER = "X-Inkstream-Count"
BEST_HEADER, SEEDS_HEADER = "X-Inkstream-Best", "X-Inkstream-Seeds"
TEMP_XY_HEADER, TEMP_P_HEADER, AT_HEADER = "X-Inkstream-Temp-XY", "X-Inkstream-Temp-P", "X-Inkstream-At"
SYSTEM_HEADER, LATENT_HEADER = "X-Inkstream-System", "X-Inkstream-Latent"
FROM_HEADER, TO_HEADER = "X-Inkstream-From", "X-Inkstream-To"
CACHE_HEADER = "X-Cache"

SVG_EXAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5.5 -45.5 71 51"><title>penguin, seed 7</title>'
    '<g fill="none" stroke="black" stroke-width="12" stroke-linecap="round" stroke-linejoin="round" '
    'transform="scale(.25)"><path d="m0 0q5-94 82-160 106 35 158 146"/></g></svg>'
)
NDJSON_EXAMPLE = (
    '{"word":"penguin","countrycode":"ZZ","timestamp":"1970-01-01 00:00:00.00000 UTC","recognized":true,'
    '"key_id":"0000000000000007","drawing":[[[0,88,255],[171,0,156]]]}\n'
)
HPGL_EXAMPLE = "IN;SP1;PU0,4500;PD1500,6000,6000,200;PU0,0;SP0;\n"
GCODE_EXAMPLE = "; penguin, seed 7\nG21\nG90\nG1 F1500\nG0 Z5\nG0 X0 Y112.5\nG1 Z0\nG1 X150 Y5\nG0 Z5\nG0 X0 Y0\nM2\n"


def _header(description: str, kind: Literal["string", "integer", "number"] = "string") -> dict[str, Any]:
    """What the OpenAPI document says of a header."""
    return {"description": description, "schema": {"type": kind}}


CATEGORY: dict[str, Any] = {CATEGORY_HEADER: _header("The slug of what is drawn, percent-encoded as in paths.")}
CATEGORY_ANSWER: dict[str, Any] = {"description": "The finished drawings.", "headers": CATEGORY}
ANSWER: dict[str, Any] = {
    "description": "The drawing, or drawings. Others each time, unless `seed` is given.",
    "content": {
        "image/svg+xml": {"schema": {"type": "string"}, "example": SVG_EXAMPLE},
        "application/json": {"schema": {"anyOf": [reference(DrawingBody), reference(DrawingsBody)]}},
        "image/png": {"schema": {"type": "string", "format": "binary"}},
        "image/webp": {"schema": {"type": "string", "format": "binary"}},
        "image/gif": {"schema": {"type": "string", "format": "binary"}},
        "application/x-ndjson": {"schema": {"type": "string"}, "example": NDJSON_EXAMPLE},
        "application/vnd.hp-hpgl": {"schema": {"type": "string"}, "example": HPGL_EXAMPLE},
        "text/x-gcode": {"schema": {"type": "string"}, "example": GCODE_EXAMPLE},
    },
    "headers": {
        **CATEGORY,
        SEED_HEADER: _header("The seed of the drawing, or of the first.", "integer"),
        SEED_TEXT_HEADER: _header("The text that the seed stands for, percent-encoded; not there for a number."),
        COUNT_HEADER: _header(
            "How many; their seeds follow each other, unless each was chosen from several.", "integer"
        ),
        BEST_HEADER: _header(
            "How many drawings each is the best of, as the recogniser sees them; 1: it chose none.", "integer"
        ),
        SEEDS_HEADER: _header("The seed of each, where each was chosen from several."),
        TEMP_XY_HEADER: _header("Temperature of its moves.", "number"),
        TEMP_P_HEADER: _header("Temperature of its pen.", "number"),
        AT_HEADER: _header("How both change on the way; not there where they do not."),
        SYSTEM_HEADER: _header("The system of the network that drew it, percent-encoded as in paths."),
        LATENT_HEADER: _header("The latent code that it, or the first, was drawn by; not there without one."),
        CACHE_HEADER: {
            "description": "hit: it lay ready. miss: none did. reused: handed out before, too many wait. "
            "bypass: one that lay ready would not do.",
            "schema": {"type": "string", "enum": list(get_args(Cache))},
        },
        "Link": _header('`rel="canonical"`: the address at which caches keep this answer for a year.'),
        PINNED_HEADER: _header("Where the request has `v`: whether the drawing is still the one that it names."),
        "ETag": _header("Changes when the bytes do; seeded drawings only."),
    },
}


async def chosen_answer(
    request: Request,
    draw: Callable[[Turn], Awaitable[RequestedDrawings]],
    form: Format,
    write: Callable[[RequestedDrawings], bytes],
    *,
    cost: int,
    pin: PinOf | None = None,
    more: Mapping[str, str] | None = None,
) -> Response:
    """Drawings that are known only once they are drawn, because they are chosen from others, as an answer.

    `cost`: of writing them and of what else `draw` does in its turn of a thread. Raises as `Service.turn`, or what
    drawing does.
    """
    service, client = service_of(request), client_name(request)

    async def answer() -> tuple[RequestedDrawings, bytes]:
        async with service.turn(client, cost) as lane:
            drawn = await draw(Turn(service, client, lane))
            return drawn, await lane.run(partial(write, drawn))

    drawn, body = await unless_gone(request, answer())
    wanted = [each for each, _ in drawn]
    return drawing_answer(request, wanted, form, body, "bypass", pin=pin, more={**_seeds(wanted), **(more or {})})


def drawing_answer(
    request: Request,
    wanted: Sequence[DrawRequest],
    form: Format,
    body: bytes,
    cache: Cache,
    *,
    best: int = 1,
    pin: PinOf | None = None,
    more: Mapping[str, str] | None = None,
) -> Response:
    """The body with its headers and `more`; 304 without it where the client has it.

    `wanted`: with the seeds of what was drawn, each the best of `best`. `pin`: of an answer that has an address.
    """
    service_of(request).metrics.answers(cache).inc()
    first = wanted[0]
    pinned = (None, None) if pin is None else pin(first)
    own = seed_headers(SEED_HEADER, SeedValue(first.seed, first.seed_text)) | cache_headers(request, form, *pinned)
    if (latent := first.latent) is not None:
        own[LATENT_HEADER] = latent
    if (at := text_of(first.changes)) is not None:
        own[AT_HEADER] = at
    if not names_form(request):
        own["Vary"] = "Accept"
    if best > 1:
        own |= _seeds(wanted)
    own |= more or {}
    response = Response(body, media_type=MEDIA_TYPES[form])
    if pinned[1] is not None:
        tag = hashlib.sha256(body).hexdigest()[:32]
        own["ETag"] = f'"{tag}"'
        if has_already(request, tag):
            response = Response(status_code=304)
    shared = _shared(
        first.subject.card.slug, first.subject.system, first.temp_xy, first.temp_p, len(wanted), best, cache
    )
    response.raw_headers += [*shared, *_encoded(own)]
    return response


@lru_cache(maxsize=1024)  # a ready drawing is answered in less time than its headers take to be written
def _shared(slug: str, system: str, temp_xy: float, temp_p: float, count: int, best: int, cache: Cache) -> Fields:
    """Headers that many answers have alike."""
    named = {
        CATEGORY_HEADER: quoted(slug),
        SYSTEM_HEADER: quoted(system),
        COUNT_HEADER: str(count),
        BEST_HEADER: str(best),
        TEMP_XY_HEADER: str(temp_xy),
        TEMP_P_HEADER: str(temp_p),
        CACHE_HEADER: cache,
    }
    return tuple(_encoded(named))


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As ASGI has them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def seed_headers(name: str, seed: SeedValue | None) -> dict[str, str]:
    """The header with the number of a seed, and, where that stands for text, another with the text."""
    if seed is None:
        return {}
    number = {name: str(seed.number)}
    return number if seed.text is None else {**number, f"{name}-Text": quote(seed.text, safe="")}


def _seeds(chosen: Sequence[DrawRequest]) -> dict[str, str]:
    """The header with the seed of each, where there are several."""
    return {SEEDS_HEADER: ", ".join(str(each.seed) for each in chosen)} if len(chosen) > 1 else {}
