"""One row of a query set that its getter has scoped already, by the id of an address."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from common.problems import NotFound

LARGEST_ID = 2**63 - 1
Row = TypeVar("Row", bound=Model)


def by_id(rows: QuerySet[Row], number: int | str) -> Row:
    """The row of `rows` with the id `number`; raises NotFound, for what is no id as well."""
    text = str(number)
    found = rows.filter(pk=int(text)).first() if is_id(text) else None
    if found is None:
        raise NotFound
    return found


def is_id(text: str) -> bool:
    """Whether a text of an address can be the id of a row."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID
