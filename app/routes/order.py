"""From what a client wishes to what the engine draws."""

import asyncio
import secrets

from starlette.requests import HTTPConnection

from app.catalogue.subject import Subject
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.errors import Invalid
from app.formats.given import Fitted, Given
from app.formats.query import Wish
from app.middleware.api_keys import client_name
from app.routes.service import Service
from model.card import SEEDS
from model.checkpoint import Checkpoint
from model.strokes import Array

FEW_POINTS = 500  # given ones that are fitted in less time than a thread takes


async def order(
    service: Service,
    client: HTTPConnection,
    category: str,
    wish: Wish,
    *,
    count: int = 1,
    best: int = 1,
    given: Given | None = None,
) -> tuple[list[DrawRequest], Fitted | None]:
    """`count` drawings for a client, with seeds one after the other, that go on from what is given, if anything is.

    Each is to be the best of so many; all that are drawn for it count against the limits. Raises UnknownCategory,
    UnknownSystem, Invalid, RateLimited, NoRecogniser, or what `Service.network` does.
    """
    _check_count(count, best, service.settings.max_count)
    subject = await service.subject(category, wish.system, wish.seed)
    if best > 1:
        service.recognition.recogniser()
    network = await service.network(subject)
    most = service.settings.max_points
    fitted = None if given is None else await fit(given, min(most, subject.card.max_points))
    drawn = count * best if service.chooser.knows(subject) else count
    await service.rates.spend(*client_name(client), drawn)
    prefix = None if fitted is None else fitted.fitted
    return requests(network, subject, wish, count=count, prefix=prefix, max_points=most), fitted


def _check_count(count: int, best: int, most: int) -> None:
    if count > most:
        raise Invalid([("count", f"Should be less than or equal to {most}")])
    if count * best > most:
        raise Invalid([("best", f"Should be less than or equal to {most // count}: so many are drawn for each")])


async def fit(given: Given, most: int) -> Fitted | None:
    """The same as `given.fit`; in a thread where that takes so long that others would wait for it."""
    return await asyncio.to_thread(given.fit, most) if given.points() > FEW_POINTS else given.fit(most)


def requests(
    network: Checkpoint,
    subject: Subject,
    wish: Wish,
    *,
    count: int = 1,
    prefix: Array | None = None,
    max_points: int | None = None,
) -> list[DrawRequest]:
    """The same, where network and rows are at hand. The card fills what the wish leaves open; the seed is random."""
    seed = secrets.randbelow(SEEDS) if wish.seed is None else wish.seed
    shared = None if prefix is None else Prefix(subject.number, prefix)
    return [
        DrawRequest(
            network,
            subject,
            seed=(seed + i) % SEEDS,
            temp_xy=subject.card.temp_xy if wish.temp_xy is None else wish.temp_xy,
            temp_p=subject.card.temp_p if wish.temp_p is None else wish.temp_p,
            max_points=max_points,
            prefix=shared,
        )
        for i in range(count)
    ]
