"""Who gets which ticket (spec page 4.5 'Routing'): by handler level, a higher one may take lower work, and product.

`next_for` hands a person the most urgent ticket that nobody has; `assign_to_least_loaded` lets the desk choose among
the engineers on duty. Level and product decide routing, not permission: claiming and assigning by name stay open.
A product that no team of a level looks after is everybody's of the level: no ticket lies because nobody is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.beijing import date_of
from common.problems import Refusal
from supportplans import versions
from tickets import access, handling, status_changes
from tickets.desk.duty import duty_at, levels_up_to
from tickets.models import ACTIVE, Status, Ticket

_TURNS_LOCK = 8_202_614  # two tickets are given one after the other
_ACTIVE = ", ".join(repr(str(status)) for status in ACTIVE)


class NothingToDo(Refusal):
    code = "nothing_to_do"
    title = _("No ticket waits for you")
    default_detail = _(
        "Every ticket of your level and products has somebody, or waits for its customer. "
        "Look into the queue: others may be glad of help."
    )


class NobodyOnDuty(Refusal):
    code = "nobody_on_duty"
    title = _("Nobody on duty can take this ticket")
    default_detail = _("No engineer of its level and product is on duty. Give it to somebody by name, or add a shift.")


# How many of the most urgent are looked at, before more are: all of them may just be taken by others.
_LOOKED_AT = (50, 500, 5_000)

# Read piece by piece along an index of the queue that begins with the piece: the levels and products of the person, or
# without a team the levels alone.
_MOST_URGENT = f"""
SELECT id FROM unnest({{pieces}}) AS piece({{columns}})
 CROSS JOIN LATERAL (
    SELECT t.id, t.queue_rank, t.sort_due, t.number FROM tickets_ticket AS t
     WHERE t.status IN ({_ACTIVE}) AND t.status <> '{Status.WAITING_CUSTOMER}' AND t.assignee_id IS NULL
       AND t.handler_level = piece.level {{of_product}}
     ORDER BY t.queue_rank, t.sort_due, t.number LIMIT %(most)s) AS part
 ORDER BY queue_rank, sort_due, number LIMIT %(most)s
"""  # noqa: S608
_BY_LEVEL = _MOST_URGENT.format(pieces="%(levels)s::text[]", columns="level", of_product="")
_BY_PRODUCT = _MOST_URGENT.format(
    pieces="%(levels)s::text[], %(products)s::text[]",
    columns="level, product",
    of_product="AND t.product = piece.product",
)
# What another person is just being handed is passed over.
_TAKE_FIRST = """
SELECT id FROM tickets_ticket WHERE id = ANY(%s) AND assignee_id IS NULL
 ORDER BY queue_rank, sort_due, number LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# Of equally loaded ones, whose turn it is.
_LEAST_LOADED = f"""
SELECT candidate.id
  FROM unnest(%(ids)s::bigint[]) AS candidate(id)
 CROSS JOIN LATERAL (SELECT count(*) AS tickets FROM tickets_ticket
                      WHERE assignee_id = candidate.id AND status IN ({_ACTIVE})) AS load
  LEFT JOIN tickets_turn AS turn ON turn.person_id = candidate.id
 ORDER BY load.tickets, turn.number NULLS FIRST, candidate.id LIMIT 1
"""  # noqa: S608


def next_for(*, by: Person, at: datetime) -> Ticket:
    """Claim for `by` the most urgent ticket that nobody has and that they are qualified for.

    Two people who ask at once get different tickets, and nobody waits for the other. Raises NothingToDo.
    """
    pieces = _pieces(by, at)
    for most in _LOOKED_AT:
        found = _most_urgent(pieces, most)
        with connection.cursor() as cursor:
            cursor.execute(_TAKE_FIRST, [found])
            row = cursor.fetchone()
        if row is not None:
            return handling.claim(ticket=Ticket.objects.get(pk=row[0]), by=by, at=at)
        if len(found) < most:
            break
    raise NothingToDo


def _pieces(person: Person, at: datetime) -> dict[str, list[str]]:
    """Pairs of the levels and products that the person is handed; without a team only the levels."""
    levels = levels_up_to(person.staff.level)
    if not person.staff.products:
        return {"levels": levels}
    duty = duty_at(at)
    known = versions.current(date_of(at)).product_codes()
    pairs = [
        (level, product)
        for level in levels
        for product in {"", *person.staff.products, *duty.without_team(level, known)}
    ]
    return {"levels": [level for level, _product in pairs], "products": [product for _level, product in pairs]}


def _most_urgent(pieces: dict[str, list[str]], most: int) -> list[int]:
    """Tickets of these pieces that nobody has, the most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PRODUCT if "products" in pieces else _BY_LEVEL, {**pieces, "most": most})
        return [row[0] for row in cursor.fetchall()]


def assign_to_least_loaded(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Give the ticket to who has the fewest among the engineers on duty who may take it; in turn where these are equal.

    Whoever has it now is not chosen. Raises TicketNotOpen, NobodyOnDuty.
    """
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    candidates = [
        person
        for person in duty_at(at).engineers_for(ticket.handler_level, ticket.product)
        if person.pk != ticket.assignee_id
    ]
    if not candidates:
        raise NobodyOnDuty
    chosen = _take_turn(candidates)
    return handling.assign(ticket=ticket, to=chosen.email, by=by, at=at)


def _take_turn(candidates: Sequence[Person]) -> Person:
    """Whose turn it is, and it is noted; the next choice waits until this one is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS_LOCK])
        cursor.execute(_LEAST_LOADED, {"ids": [person.pk for person in candidates]})
        chosen = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO tickets_turn (person_id, number) SELECT %s, coalesce(max(number), 0) + 1 FROM tickets_turn "
            "ON CONFLICT (person_id) DO UPDATE SET number = excluded.number",
            [chosen],
        )
    return next(person for person in candidates if person.pk == chosen)
