"""Drawings like given ones, and those on the way from one to another: chosen from several that the engine draws."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from starlette.requests import HTTPConnection

from app.catalogue.subject import Subject
from app.engine.request import DrawRequest
from app.errors import Invalid
from app.formats.given import Fitted, Given
from app.formats.query import Wish
from app.formats.render import RequestedDrawings
from app.formats.render_pool import Lane
from app.formats.seed import SeedValue
from app.middleware.api_keys import client_name
from app.middleware.client_limits import Client
from app.routes.order import check_count, coded_subject, fit, requests
from app.routes.service import Service
from model.alike.closeness import candidates
from model.alike.codes import can_encode, code_of, told
from model.checkpoint import Checkpoint
from model.drawing import Drawing
from model.picture.overlap import nearest
from model.strokes import END_ROW, Array

WAVE = 64  # candidates that one request has decoded at a time, so that others have their turns between
READ, TOLD, COMPARED = 60, 8, 3  # cost of a drawing's code, of what a code tells, and of a picture, as in render.cost


@dataclass(frozen=True, slots=True)
class Turn:
    """A client's turn of a thread, which reads and compares pictures between what the service draws for it."""

    service: Service
    client: Client
    lane: Lane

    async def draw(self, wanted: Sequence[DrawRequest]) -> list[Drawing]:
        """The drawings, some at a time: as many as a client may always have. Raises as `Service.draw` does."""
        most = min(WAVE, self.service.settings.max_count)
        waves = [wanted[first : first + most] for first in range(0, len(wanted), most)]
        return [drawing for wave in waves for drawing in await self.service.draw(self.client, wave)]


@dataclass(frozen=True, slots=True)
class Original:
    """A drawing that others are to be like: its rows [T, 5], and its latent code by the network that draws them."""

    stroke5: Array | None  # None: the code is all that is known of it
    latent: str


async def order_alike(
    service: Service,
    client: HTTPConnection,
    category: str,
    wish: Wish,
    closeness: float,
    *,
    count: int = 1,
    of_ours: bool = False,
) -> list[DrawRequest]:
    """`count` likenesses for a client by a network that reads drawings; all that are drawn for them count.

    `of_ours`: the original is drawn, too. Raises as `app.routes.order.order` does.
    """
    check_count(service, count)
    subject = await coded_subject(service, category, wish.system, wish.seed_number)
    network = await service.library.network(subject)
    check_encoder(network, subject)
    await service.rates.spend(*client_name(client), count * len(candidates(0, closeness)) + of_ours)
    return requests(network, subject, wish, count=count, max_points=service.settings.max_points)


def check_encoder(network: Checkpoint, subject: Subject) -> None:
    """Raises Invalid unless a network can read drawings."""
    if not can_encode(network):
        raise Invalid([("category", f"The network that draws {subject.card.name!r} by latent codes reads no drawings")])


def cost_of_likenesses(count: int, closeness: float) -> int:
    """How long it takes to read an original and compare likenesses with it, in the unit of `app.formats.render`."""
    return READ + TOLD + COMPARED * count * len(candidates(0, closeness))


async def own(turn: Turn, category: str, system: str | None, seed: SeedValue) -> Array:
    """The rows of the drawing that `GET /draw/{category}` has for a seed, at the recommended temperatures.

    Raises as drawing does.
    """
    subject = await turn.service.library.subject(category, system)
    network = await turn.service.library.network(subject)
    [request] = requests(network, subject, Wish(seed=seed), max_points=turn.service.settings.max_points)
    [drawing] = await turn.draw([request])
    return drawing.stroke5


async def fit_whole(service: Service, subject: Subject, given: Given) -> Fitted:
    """A whole drawing of a client as a network knows drawings. Raises Invalid where it is none."""
    fitted = await fit(given, min(service.settings.max_points, subject.card.max_points), whole=True)
    if fitted is None:
        raise Invalid([("strokes", "Should be given, or stroke5")])
    return fitted


def whole(fitted: Fitted) -> Array:
    """The rows of a given drawing with their end."""
    return np.concatenate([fitted.fitted, END_ROW[None]])


async def read(turn: Turn, by: DrawRequest, stroke5: Array) -> Original:
    """A drawing with its code by the network of a request, which takes the thread some milliseconds."""
    code = await turn.lane.run(partial(code_of, by.network, by.subject.number, stroke5))
    return Original(stroke5, code)


async def likenesses(
    turn: Turn, asked: Sequence[DrawRequest], original: Original, closeness: float
) -> RequestedDrawings:
    """A likeness for each request, by a seed of its own. Raises as drawing does."""
    request = asked[0]
    code = await turn.lane.run(partial(told, request.network, request.subject.number, original.latent))
    choices = [
        [
            replace(each.of_seed(candidate.seed), told=code if candidate.told else None)
            for candidate in candidates(each.seed, closeness)
        ]
        for each in asked
    ]
    assert original.stroke5 is not None
    return await choose(turn, choices, [original.stroke5], [(1.0,)] * len(choices))


async def choose(
    turn: Turn,
    choices: Sequence[Sequence[DrawRequest]],
    originals: Sequence[Array],
    weights: Sequence[Sequence[float]],
) -> RequestedDrawings:
    """Of each choice, all of one length, the request whose drawing covers the originals most, and that drawing.

    `weights`: what each of the originals counts, for each choice.
    """
    kept: list[tuple[DrawRequest, Drawing]] = []
    some = max(1, WAVE // len(choices[0]))
    for first in range(0, len(choices), some):
        flat = [request for choice in choices[first : first + some] for request in choice]
        drawings = await turn.draw(flat)
        which = list(range(len(flat)))
        if len(choices[0]) > 1:
            rows = [drawing.stroke5 for drawing in drawings]
            work = partial(nearest, rows, originals, weights[first : first + some])
            which = await turn.lane.run(work)
        kept += [(flat[i], drawings[i]) for i in which]
    return kept
