"""How far a long piece of work has come: in the cache, since its transaction is not yet visible."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

KEPT = 60 * 60  # seconds


def tell(ref: UUID, percent: int, doing: str) -> None:
    # The bar may stand still while the cache is away; the work goes on.
    with suppress(RedisError, OSError):
        cache.set(f"progress:{ref}", (percent, doing), KEPT)


def ask(ref: UUID) -> tuple[int, str]:
    with suppress(RedisError, OSError):
        return cache.get(f"progress:{ref}") or (0, "")
    return 0, ""
