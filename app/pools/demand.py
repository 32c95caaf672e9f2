"""Which pools are asked for often enough to be worth keeping. Pure: the caller brings the time.

Temperatures are numbers, so a client can make up any number of keys, and ask for each a few times. Those who take what
is recommended do not suffer from it: pools of other temperatures are made later, a category has few of them, and they
are the first to give way.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from app.pools.store import Key

OFTEN = 2.5  # three times in quick succession
OFTEN_OTHERS = 7.5  # eight times, of temperatures that nobody recommends
HALF_LIFE = 60.0  # seconds after which an ask counts half
MOST = 1024  # keys remembered that have no pool
OTHERS = 8  # pools of a category at other temperatures
BETTER = 2.0  # times as often as another is asked for that gives way: no two keys take turns in driving each other out

Rank = tuple[bool, float]  # recommended temperatures before others, then what is asked for more


@dataclass(slots=True)
class _Asks:
    recommended: bool
    weight: float = 0.0  # at that time
    since: float = 0.0

    def at(self, now: float) -> float:
        return self.weight * math.exp2((self.since - now) / HALF_LIFE)

    def rank(self, now: float) -> Rank:
        weight = self.at(now)
        return self.recommended and weight >= OFTEN, weight


class Demand:
    """How often each key was asked for lately, and which of them have pools; the weight of an ask fades."""

    def __init__(
        self, give_up: Callable[[Key], object], *, pools: int = 64, others: int = OTHERS, most: int = MOST
    ) -> None:
        """`give_up` is told of each key whose pool gives way to another's. `pools`: as many as there may be.

        `others`: of those of one category, as many as may be at temperatures that are not recommended.
        """
        self._give_up = give_up
        self._pools = pools
        self._others = others
        self._most = most
        self._asked: OrderedDict[Key, _Asks] = OrderedDict()  # of those without a pool; oldest first
        self._kept: dict[Key, _Asks] = {}

    def __len__(self) -> int:
        return len(self._asked) + len(self._kept)

    def note(self, key: Key, now: float, count: int = 1, *, recommended: bool = True) -> bool:
        """Count that so many drawings are asked for; whether the key is worth a pool by now.

        `recommended`: these are the temperatures that its card recommends.
        """
        kept = self._kept.get(key)
        asks = kept or self._asked.pop(key, None) or _Asks(recommended)
        asks.weight, asks.since = asks.at(now) + count, now
        often = asks.weight >= (OFTEN if recommended or kept else OFTEN_OTHERS)
        if often and (kept or self._has_room(key, asks, now)):
            self._kept[key] = asks
            return True
        self._kept.pop(key, None)
        self._remember(key, asks)
        return False

    def rank(self, key: Key, now: float) -> Rank:
        """Which of several pools is to be filled first: the one of the highest rank."""
        asks = self._kept.get(key) or self._asked.get(key)
        return (False, 0.0) if asks is None else asks.rank(now)

    def _has_room(self, key: Key, asks: _Asks, now: float) -> bool:
        """Whether it may have a pool; one that is worth far less gives way, if need be."""
        rivals = list(self._kept) if len(self._kept) >= self._pools else []
        if not asks.recommended:
            alike = [one for one, its in self._kept.items() if one.slug == key.slug and not its.recommended]
            rivals = alike if len(alike) >= self._others else rivals
        if not rivals:
            return True
        least = min(rivals, key=lambda one: self._kept[one].rank(now))
        (is_often, weight), (other_is_often, other_weight) = asks.rank(now), self._kept[least].rank(now)
        if (is_often, weight) < (other_is_often, BETTER * other_weight):
            return False
        self._remember(least, self._kept.pop(least))
        self._give_up(least)
        return True

    def _remember(self, key: Key, asks: _Asks) -> None:
        self._asked[key] = asks
        if len(self._asked) > self._most:
            self._asked.popitem(last=False)
