"""From what a client wishes to what the engine draws."""

import asyncio
from dataclasses import replace
from functools import partial

from starlette.requests import HTTPConnection

from app.catalogue.subject import Subject
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.errors import Invalid
from app.formats.given import Fitted, Given
from app.formats.query import CodedWish, Wish
from app.formats.seed import any_seed
from app.middleware.api_keys import client_name
from app.routes.service import Service
from model.alike.codes import Told, told
from model.card import SEEDS
from model.checkpoint import Checkpoint
from model.errors import LatentError
from model.strokes import Array

FEW_POINTS = 500  # given ones that are fitted in less time than a thread takes


async def order(
    service: Service,
    client: HTTPConnection,
    category: str,
    wish: CodedWish,
    *,
    count: int = 1,
    best: int = 1,
    given: Given | None = None,
) -> tuple[list[DrawRequest], Fitted | None]:
    """`count` drawings for a client, with seeds one after the other, that go on from what is given, if anything is.

    Each is to be the best of so many; all that are drawn for it count against the limits. Raises UnknownCategory,
    UnknownSystem, Invalid, RateLimited, NoRecogniser, or what `Library.network` does.
    """
    check_count(service, count, best=best)
    find = service.library.subject if wish.latent is None else partial(coded_subject, service)
    subject = await find(category, wish.system, wish.seed_number)
    if best > 1:
        service.recognition.recogniser()
    network = await service.library.network(subject)
    most = service.settings.max_points
    fitted = None if given is None else await fit(given, min(most, subject.card.max_points))
    code = None if wish.latent is None else await told_by(network, subject, "latent", wish.latent)
    drawn = count * best if best > 1 and service.chooser.knows(subject) else count
    await service.rates.spend(*client_name(client), drawn)
    prefix = None if fitted is None else fitted.fitted
    wanted = requests(network, subject, wish, count=count, prefix=prefix, max_points=most, code=code)
    return [replace(each, changes=wish.changes) for each in wanted] if wish.at else wanted, fitted


def check_count(service: Service, count: int, name: str = "count", *, best: int = 1) -> None:
    """Raises Invalid for more drawings than one request may ask for by a parameter of this name, or by `best`."""
    most = service.settings.max_count
    if count > most:
        raise Invalid([(name, f"Should be less than or equal to {most}")])
    if count * best > most:
        raise Invalid([("best", f"Should be less than or equal to {most // count}: so many are drawn for each")])


async def coded_subject(service: Service, category: str, system: str | None, seed: int | None = None) -> Subject:
    """As `Library.subject`, by a network that knows latent codes: that system, or else the first that does.

    The default comes before others. Raises Invalid where there is none.
    """
    subject = await service.library.subject(category, system, seed)
    coded = (await service.library.catalogue()).find(subject.card.slug).coded(system)
    if coded is None:
        if system is not None:
            raise Invalid([("system", f"Knows no latent codes, so {subject.card.name!r} cannot be drawn by one")])
        raise Invalid([("category", f"No network that knows latent codes draws {subject.card.name!r}")])
    return coded


async def told_by(network: Checkpoint, subject: Subject, name: str, latent: str) -> Told:
    """What a latent code, a parameter of this name, tells of a drawing. Raises Invalid where it is none."""
    try:
        return await asyncio.to_thread(told, network, subject.number, latent)
    except LatentError as error:
        raise Invalid([(name, str(error).capitalize())]) from None


async def fit(given: Given, most: int, *, whole: bool = False) -> Fitted | None:
    """The same as `given.fit`; in a thread where that takes so long that others would wait for it."""
    if given.points() > FEW_POINTS:
        return await asyncio.to_thread(given.fit, most, whole=whole)
    return given.fit(most, whole=whole)


def requests(
    network: Checkpoint,
    subject: Subject,
    wish: Wish,
    *,
    count: int = 1,
    prefix: Array | None = None,
    max_points: int | None = None,
    code: Told | None = None,
) -> list[DrawRequest]:
    """The same, where all is at hand. The card fills what the wish leaves open; the seed is random."""
    seed = any_seed() if wish.seed is None else wish.seed
    shared = None if prefix is None else Prefix(subject.number, prefix, code)
    return [
        DrawRequest(
            network,
            subject,
            seed=(seed.number + i) % SEEDS,
            temp_xy=subject.card.temp_xy if wish.temp_xy is None else wish.temp_xy,
            temp_p=subject.card.temp_p if wish.temp_p is None else wish.temp_p,
            max_points=max_points,
            prefix=shared,
            told=code,
            seed_text=None if i else seed.text,
        )
        for i in range(count)
    ]
