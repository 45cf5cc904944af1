"""Secrets at rest: what must be used again is stored encrypted, under a key made of SECRET_KEY.

Who reads the database alone (a dump, a replica) reads no secret. A new SECRET_KEY needs the old one in
SECRET_KEY_FALLBACKS until everything was sealed anew.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """The text was sealed under another SECRET_KEY, or is no sealed text."""


def seal(plain: str) -> str:
    """The text encrypted and authenticated; '' stays ''."""
    return _box(_keys()).encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str) -> str:
    """What was sealed; raises Unreadable."""
    if not sealed:
        return ""
    try:
        return _box(_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("sealed under another SECRET_KEY") from error


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"portal.sealing:" + key.encode()).digest())
