"""Drawings kept ready: what a store of them promises. `app.pools.memory` and `app.pools.redis_store` keep the promises.

An entry is a drawing as bytes (`app.pools.entry`); to a store it is opaque.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from app.engine.request import DrawRequest


class Key(NamedTuple):  # not a dataclass: it is looked up several times for each ready drawing
    """What the drawings of one pool have in common: all that decides on a drawing but its seed."""

    slug: str
    checkpoint: str  # its hash
    temp_xy: float
    temp_p: float
    points: int  # that a drawing may have
    best: int = 1  # drawings that each of them is the best of

    @classmethod
    def of(cls, request: DrawRequest, best: int = 1) -> Self:
        """The pool that has drawings such as this one, which begins with nothing: each the best of so many."""
        assert request.prefix is None
        assert request.told is None
        subject = request.subject
        temperatures = request.temp_xy, request.temp_p
        return cls(subject.card.slug, subject.network.card.sha256, *temperatures, request.points, best)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bounds of a store: drawings of one pool, pools, bytes of all entries, seconds for which a pool may lie unused."""

    drawings: int = 64
    pools: int = 64
    bytes: int = 64 * 2**20
    idle: float = 600.0

    @property
    def low(self) -> int:
        """Drawings at which, or below, a pool is refilled."""
        return self.drawings // 2


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refill a pool, and how many drawings it lacks. `token` tells whose it is."""

    key: Key
    missing: int
    token: str = ""


class Store(Protocol):
    """Pools of entries. Where what they are kept in fails, no method raises: it has nothing, or keeps nothing."""

    async def take(self, key: Key, count: int = 1) -> list[bytes]:
        """Up to `count` entries, the oldest first; nobody is ever given one of them again."""

    async def lease(self, key: Key) -> Lease | None:
        """The right to refill a pool that is low, unless somebody has it; it ends by itself after a while."""

    async def put(self, lease: Lease, entries: Sequence[bytes]) -> None:
        """Add entries, as many as there is room for, and keep the lease for another while."""

    async def release(self, lease: Lease) -> None:
        """Give back the right to refill."""

    def is_low(self, key: Key) -> bool:
        """Whether a pool, as far as is known here, should be refilled."""

    def forget(self, key: Key) -> None:
        """Make room in this process: nobody here asks for this pool often enough any more."""

    def held(self) -> tuple[int, int, int]:
        """Pools, entries and bytes in this process."""

    async def close(self) -> None:
        """Give back what is not handed out, if others could have it."""
