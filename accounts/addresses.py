"""Addresses of organizations, the `acme` in /o/acme: which are possible, and which one suits a name. No Django.

A suggestion comes from the name's letters ("Pine & Co. Ltd" -> "pine-co-ltd"), or where it has none of ours
("青松科技") from the mailbox's domain ("mei@qingsong.example" -> "qingsong").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

PATTERN = re.compile(r"[a-z0-9-]{2,40}")
LONGEST = 40
# Domains that say nothing about the organization.
PUBLIC_MAILBOXES = frozenset(
    {"126", "163", "aliyun", "foxmail", "gmail", "googlemail", "hotmail", "icloud", "live", "outlook", "proton", "qq"}
    | {"sina", "sohu", "yahoo", "yeah"}
)


def is_possible(slug: str) -> bool:
    """2 to 40 small letters, digits and hyphens."""
    return PATTERN.fullmatch(slug) is not None


def suggest(name: str, email: str, *, is_taken: Callable[[str], bool]) -> str:
    """A free address for a new organization: "pine", or "pine-2" where that is taken; '' where nothing suits."""
    base = _letters(name) or _from_domain(email)
    if len(base) < 2:
        return ""
    if not is_taken(base):
        return base
    for number in range(2, 100):
        numbered = f"{base[: LONGEST - 3].rstrip('-')}-{number}"
        if not is_taken(numbered):
            return numbered
    return ""


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")
    return slug if len(slug) >= 2 else ""


def _from_domain(email: str) -> str:
    domain = email.rpartition("@")[2]
    labels = domain.split(".")
    first = labels[0] if len(labels) < 3 else labels[-2] if len(labels[-2]) > 3 else labels[-3]
    return "" if first in PUBLIC_MAILBOXES else _letters(first)
