"""A cache that may be away: a page never fails because Redis does not answer."""

from __future__ import annotations

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

AWAY = (redis.ConnectionError, redis.TimeoutError)


class PatientRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads find nothing and writes are forgotten."""

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().add(key, value, *args, **kwargs)
        except AWAY:
            return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except AWAY:
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except AWAY:
            return

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> Any:
        try:
            return super().incr(key, delta, version)
        except AWAY:
            return None

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except AWAY:
            return False
