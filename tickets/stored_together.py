"""Stores several new rows in one statement.

Filing is the busiest write of the portal and each round trip costs as much as an insert; rows that are all
known beforehand go to PostgreSQL together.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db import connection, models


def store_together(*rows: models.Model) -> None:
    """Insert the rows, parents before children, in one statement; rows without a key get one they do not learn.

    Foreign keys are checked when the transaction commits, as Django declares them.
    """
    parts: list[str] = []
    values: list[Any] = []
    for number, (_model, group) in enumerate(groupby(rows, key=type)):
        sql, taken = _insert(list(group))
        parts.append(f"stored_{number} AS ({sql})")
        values += taken
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT 1", values)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def _insert(rows: list[models.Model]) -> tuple[str, list[Any]]:
    model = rows[0]._meta
    fields = [field for field in model.concrete_fields if not (field.primary_key and rows[0].pk is None)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    line = f"({', '.join(['%s'] * len(fields))})"
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    # Names of our own models; the values are parameters.
    return f'INSERT INTO "{model.db_table}" ({columns}) VALUES {", ".join([line] * len(rows))}', values  # noqa: S608
