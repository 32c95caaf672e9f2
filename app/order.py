"""From what a client wishes to what the engine draws."""

import secrets

from starlette.requests import HTTPConnection

from app.prefix import Prefix
from app.query import SEEDS, Wish
from app.request import DrawRequest
from app.service import Service
from model.checkpoint import Checkpoint
from model.strokes import Array


async def order(
    service: Service, client: HTTPConnection, category: str, wish: Wish, *, count: int = 1, given: Array | None = None
) -> list[DrawRequest]:
    """`count` drawings for a client, with seeds one after the other, that go on from `given` rows [m, 5] if any.

    Raises UnknownCategory, UnknownSystem, RateLimited, or what `Service.checkpoint` does.
    """
    checkpoint = await service.checkpoint(category, wish.system)
    service.rates.spend(client.client.host if client.client else "unknown", count)
    return requests(checkpoint, wish, count=count, given=given, max_points=service.settings.max_points)


def requests(
    checkpoint: Checkpoint, wish: Wish, *, count: int = 1, given: Array | None = None, max_points: int | None = None
) -> list[DrawRequest]:
    """The same, where the checkpoint is at hand. What the wish leaves open is the card's, and the seed random."""
    seed = secrets.randbelow(SEEDS) if wish.seed is None else wish.seed
    prefix = None if given is None else Prefix(checkpoint, given)
    return [
        DrawRequest(
            checkpoint,
            seed=(seed + i) % SEEDS,
            temp_xy=checkpoint.card.temp_xy if wish.temp_xy is None else wish.temp_xy,
            temp_p=checkpoint.card.temp_p if wish.temp_p is None else wish.temp_p,
            max_points=max_points,
            prefix=prefix,
        )
        for i in range(count)
    ]
