"""How much lies in each view of the queue, counted no further than a person wants to know (spec page 9.1).

A view of a million tickets is not counted: reading stops after COUNTED_UP_TO along the view's own index, so that
the numbers on the tabs cost one short statement whatever lies on the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Person
from tickets.queue import Where, of_view
from tickets.queue_order import RANKS

COUNTED_UP_TO = 99


def counts(*, views: Sequence[str], person: Person, at: datetime) -> dict[str, int]:
    """How many tickets each view holds for `person`; COUNTED_UP_TO + 1 stands for any larger number.

    One statement, inside the scope of all tenants.
    """
    values: dict[str, Any] = {"ranks": list(RANKS), "most": COUNTED_UP_TO + 1}
    parts = []
    for view in views:
        where = of_view(view, person, at)
        parts.append(f"(SELECT count(*) FROM ({_some_of(where, values)}) AS first_ones)")  # noqa: S608
        values |= where.values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(views, cursor.fetchone(), strict=True))


def _some_of(where: Where, values: dict[str, Any]) -> str:
    """The first tickets of a view, read as its pages are (tickets/queue.py); fixed texts only."""
    conditions = list(where.conditions)
    pieces = ""
    if where.by_rank:
        conditions.append("t.queue_rank = piece.rank")
        pieces = "unnest(%(ranks)s::smallint[]) AS piece(rank)"
    elif where.by_product:
        conditions.append("t.product = piece.product")
        pieces = "unnest(%(products)s::text[]) AS piece(product)"
        values["products"] = list(where.by_product)
    sql = (
        f"SELECT 1 FROM tickets_ticket AS t WHERE {' AND '.join(conditions)} "  # noqa: S608
        "ORDER BY t.queue_rank, t.sort_due, t.number LIMIT %(most)s"
    )
    if not pieces:
        return sql
    return f"SELECT 1 FROM {pieces} CROSS JOIN LATERAL ({sql}) AS part LIMIT %(most)s"  # noqa: S608
