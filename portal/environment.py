"""Settings from the environment, read loudly: a wrong value names itself and stops the start (spec page 8.3)."""

from __future__ import annotations

import os
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from common import money
from portal.embedded.running import running_environment

ROOT = Path(__file__).resolve().parent.parent


def portal_home() -> Path:
    """Folder of the embedded servers' data, PORTAL_HOME or `.portal/` beside manage.py."""
    return Path(os.environ.get("PORTAL_HOME") or ROOT / ".portal")


def load() -> environ.Env:
    """The process environment, completed by what a running `make demo` wrote into PORTAL_HOME."""
    for name, value in running_environment(portal_home()).items():
        os.environ.setdefault(name, value)
    return environ.Env()


def text(env: environ.Env, name: str, default: str | None = None, *, choices: tuple[str, ...] = ()) -> str:
    """A text setting; ImproperlyConfigured names it when it is missing or not among `choices`."""
    value = env.str(name, default=default)
    if value is None or value == "":
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set: see docs/operations.md, 'Settings'.")
        value = default
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: expected one of {', '.join(choices)}.")
    return value


def listed(env: environ.Env, name: str, default: str, *, choices: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated list of `choices`, each at most once, at least one; the order counts."""
    values = tuple(part.strip() for part in text(env, name, default).split(",") if part.strip())
    for value in values:
        if value not in choices:
            raise ImproperlyConfigured(f"{name}: {value!r} is none of {', '.join(choices)}.")
    if not values or len(set(values)) != len(values):
        raise ImproperlyConfigured(f"{name}={env.str(name, default=default)!r}: name each one once, at least one.")
    return values


def amount(env: environ.Env, name: str, default: str) -> Decimal:
    """Money above zero, in whole fen."""
    raw = text(env, name, default)
    try:
        value = money.parse(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected an amount such as {default}.") from error
    if value <= 0:
        raise ImproperlyConfigured(f"{name}={raw!r}: must be above zero.")
    return value


def flag(env: environ.Env, name: str, default: bool = False) -> bool:
    """A yes/no setting written 1/0, true/false, yes/no, on/off."""
    raw = env.str(name, default="1" if default else "0").strip().lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: expected 1 or 0.")


def hours(env: environ.Env, name: str, default: str) -> tuple[time, time]:
    """A span of a day such as 09:00-17:00, from the first time until before the second."""
    raw = text(env, name, default)
    begins, _dash, ends = raw.partition("-")
    try:
        span = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected two times such as {default}.") from error
    if span[0].tzinfo or span[1].tzinfo or span[0] >= span[1]:
        raise ImproperlyConfigured(f"{name}={raw!r}: must begin before it ends, such as {default}.")
    return span


def whole(env: environ.Env, name: str, default: int, *, at_least: int = 0) -> int:
    """A whole number, at least `at_least`."""
    raw = env.str(name, default=str(default))
    try:
        number = int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a whole number.") from error
    if number < at_least:
        raise ImproperlyConfigured(f"{name}={number}: must be at least {at_least}.")
    return number


def url(env: environ.Env, name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """An absolute URL whose scheme is one of `schemes`."""
    value = env.str(name, default=default)
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name}={value!r}: expected a URL starting with {', '.join(schemes)}.")
    return value.rstrip("/")


def mail_address(env: environ.Env, name: str, default: str, *, longest_name: int) -> str:
    """A bare mail address, or '' for none; the part before the @ has at most `longest_name` characters."""
    value = env.str(name, default=default).strip()
    local, _at, domain = value.rpartition("@")
    is_plain = value.isascii() and not any(sign.isspace() or sign in '<>()+,;:"\\' for sign in value)
    if value and not (local and domain and is_plain and "@" not in local and len(local) <= longest_name):
        raise ImproperlyConfigured(f"{name}={value!r}: expected an address such as reply@mail.example, without a plus.")
    return value


def imap_url(env: environ.Env, name: str) -> str:
    """`imaps://user:password@host:port/folder`, or '' for none. The value is not told: it holds a password."""
    value = env.str(name, default="").strip()
    parts = urlsplit(value)
    if value and not (parts.scheme in ("imap", "imaps") and parts.hostname and parts.username and parts.password):
        raise ImproperlyConfigured(f"{name}: expected imaps://user:password@host/INBOX.")
    return value


def test_clock(env: environ.Env) -> str:
    """'' when off; '1' for the real time; else an ISO instant with offset where the portal's clock starts."""
    raw = env.str("PORTAL_TEST_CLOCK", default="")
    if raw in {"", "0", "1"}:
        return "" if raw == "0" else raw
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"PORTAL_TEST_CLOCK={raw!r}: expected 1 or an ISO instant.") from error
    if instant.tzinfo is None:
        raise ImproperlyConfigured(f"PORTAL_TEST_CLOCK={raw!r}: add an offset, such as +08:00.")
    return raw
