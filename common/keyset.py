"""Pages of long lists for people: newest first, the address carries the last row seen, nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[T]):
    """`older` is the address of the next page, None on the last."""

    rows: list[T]
    older: str | None


def page_of(rows: QuerySet[T], *, before: str | None, size: int = 25) -> KeysetPage[T]:
    """One page of rows ordered by -pk; `before` is the marker of the address, anything else starts at the newest."""
    if before and before.isascii() and before.isdigit() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: size + 1])
    has_older = len(found) > size
    found = found[:size]
    return KeysetPage(found, f"?before={found[-1].pk}" if has_older else None)
