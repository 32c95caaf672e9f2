"""What the settings allow each client: how much in a time, and how much at a time."""

from app.middleware.client_limits import Limit
from app.middleware.rates import Rates, parse_rate
from app.middleware.redis_rates import RedisRates
from app.pools.redis_link import RedisLink
from app.settings import Settings


def rates_of(settings: Settings, redis: RedisLink | None) -> Rates:
    """Counted in Redis, where there is one and something to count."""
    limits = {"address": parse_rate(settings.rate_limit), "key": parse_rate(settings.key_rate_limit)}
    if redis is None or not any(limit is not None for limit in limits.values()):
        return Rates(limits)
    return Rates(limits, RedisRates(redis))


def most_of_each(settings: Settings) -> dict[Limit, int] | None:
    """What one client may hold: its share, and at least what a page needs."""
    if settings.client_share == 1:
        return None

    def share(total: int, least: int) -> int:
        return max(least, int(settings.client_share * total))

    sockets = share(settings.sockets_limit, 16)
    return {
        "drawings": share(settings.batch_limit, 2 * settings.max_count),
        "live-drawings": 2 * sockets,  # one in progress, and the next, on each of as many
        "pictures": share(settings.queue_limit, 16),
        "websockets": sockets,
    }
