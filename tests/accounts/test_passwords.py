"""Passwords are kept by Argon2 (spec page 9.3)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import check_password, get_hasher, make_password


def test_the_portal_hashes_with_argon2():
    assert "django.contrib.auth.hashers.Argon2PasswordHasher" in settings.PASSWORD_HASHERS
    stored = make_password("quiet-lantern-42", hasher="argon2")
    assert stored.startswith("argon2$argon2id$")
    assert check_password("quiet-lantern-42", stored)
    assert get_hasher("argon2").memory_cost >= 19_456, "OWASP's least memory for Argon2id, in KiB"
