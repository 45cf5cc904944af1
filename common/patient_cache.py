"""A cache that may be away: a page never fails because Redis does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

from common import redis_silence

AWAY = (redis.ConnectionError, redis.TimeoutError)


class PatientRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads find nothing and writes are forgotten."""

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return self._ask(super().add, True, key, value, *args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().set, None, *args, **kwargs)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> Any:
        return self._ask(super().incr, None, key, delta, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._ask(super().delete, False, key, version)

    def _ask(self, method: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        if redis_silence.is_silent():
            return otherwise
        try:
            return method(*args, **kwargs)
        except AWAY as error:
            redis_silence.note(error)
            return otherwise
