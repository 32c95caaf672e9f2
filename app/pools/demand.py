"""Which pools are asked for often enough to be worth keeping. Pure: the caller brings the time."""

import math
from collections import OrderedDict

from app.pools.store import Key

OFTEN = 2.5  # three times in quick succession
HALF_LIFE = 60.0  # seconds after which an ask counts half
MOST = 1024  # keys remembered: temperatures are numbers, so a client can make up any number of keys


class Demand:
    """How often each key was asked for lately; the weight of an ask fades."""

    def __init__(self, *, often: float = OFTEN, half_life: float = HALF_LIFE, most: int = MOST) -> None:
        self._often = often
        self._half_life = half_life
        self._most = most
        self._weights: OrderedDict[Key, tuple[float, float]] = OrderedDict()  # weight and when; oldest first

    def __len__(self) -> int:
        return len(self._weights)

    def note(self, key: Key, now: float, count: int = 1) -> bool:
        """Count that so many drawings are asked for; whether that is often enough by now."""
        weight, since = self._weights.pop(key, (0.0, now))
        weight = weight * math.exp2((since - now) / self._half_life) + count
        self._weights[key] = weight, now
        if len(self._weights) > self._most:
            self._weights.popitem(last=False)
        return weight >= self._often
