"""The desk's queue (spec page 4.5): its views, its order, and pages that stay fast at a million open tickets.

Every view is read along an index that holds the order (`queue_rank`, `sort_due`, `number`), from the place
where the last page ended; nothing is counted and nothing is skipped over. Views of due times are read rank by
rank, because within a rank due times stand in order: overdue tickets come first, and the reading stops there.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.models import Person, StaffProfile
from common.problems import FieldErrors
from tickets.desk import tagging
from tickets.models import ACTIVE, CallbackRequest, ResponseTimer, Status, Ticket
from tickets.queue_order import RANKS
from tickets.search import looking

VIEWS = ("mine", "unassigned", "team", "at_risk", "breached", "waiting", "callbacks", "all")
PAGE_SIZE, LARGEST_PAGE = 50, 200
# Words that no more tickets hold are found first and sorted then; those that more hold stand close enough together
# to be met along the order. One page looks at no more tickets than LOOKED_AT.
MOST_FOUND, LOOKED_AT = 1_000, 5_000
LEVELS = tuple(StaffProfile.Level.values)
_BEARS = "t.id IN (SELECT tag.ticket_id FROM tickets_tickettag AS tag WHERE tag.name = %(tag)s)"
# Of a tag that more tickets bear, a page is found by reading on in order.
MOST_TAGGED = 1000
_SALT = "tickets.queue"
# Until the transaction ends; in the same round trip as the question.
IN_ORDER = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; "
# A technical service manager has some dozens: each is read along its own index.
_OF_TAM = """(
    SELECT DISTINCT task.organization_id FROM supportplans_provisioningtask AS task
      JOIN accounts_person AS tam ON tam.id IN (task.person_id, task.deputy_id)
     WHERE task.kind = 'tam' AND task.state = 'done' AND tam.email = %(tam)s) AS piece"""


@dataclass(frozen=True)
class Filters:
    """What a person narrows the queue to; '' does not narrow.

    `organization` is a slug, `tam` the e-mail of a technical service manager or deputy, `level` a handler level;
    `q` looks for words in number, subject, messages and internal notes (tickets/search).
    """

    product: str = ""
    tier: str = ""
    organization: str = ""
    channel: str = ""
    level: str = ""
    severity: str = ""
    kind: str = ""
    tag: str = ""
    tam: str = ""
    q: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends: the three columns of the order."""

    rank: int
    due: datetime
    number: str


@dataclass(frozen=True)
class Page:
    """Tickets with organization and people; markers of the pages around, None at the ends.

    Each bears `owed_since`, when its running timer began, and `callback`, the open request to be called back as
    {phone, when, requested_at}, the instant as ISO text; both None where there is none.
    """

    tickets: list[Ticket]
    next: str | None
    previous: str | None


@dataclass
class Where:
    """Conditions of a view; `by_rank`, `by_product` and `by_tam` say along what it is read piece by piece."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    by_rank: bool = False
    by_product: Sequence[str] = ()
    # A tsquery of words that very many tickets hold: they are looked for along the order, ticket by ticket.
    looks_for: str = ""
    by_tam: bool = False
    # Few enough to be collected and sorted.
    is_sorted: bool = False

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values


def page(*, view: str, person: Person, at: datetime, filters: Filters, marker: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of a view of the queue for a person of the staff, inside the scope of all tenants.

    `marker` is `next` or `previous` of another page. Raises FieldErrors for an unknown view or marker.
    """
    if view not in VIEWS:
        raise FieldErrors({"view": [_("Choose one of: %(views)s.") % {"views": ", ".join(VIEWS)}]})
    place, backwards = _read_marker(marker)
    where = of_view(view, person, at)
    _narrow(where, filters)
    size = max(1, min(size, LARGEST_PAGE))
    ids = _ids(where, place, backwards, size + 1)
    more = len(ids) > size
    found = _in_order(ids[:size][::-1] if backwards else ids[:size])
    if where.looks_for and not more and not backwards:
        return _page_of_words(found, where, place)
    if not found:
        return Page([], None, None)
    has_next = True if backwards else more
    has_previous = more if backwards else place is not None
    return Page(
        found,
        _marker(found[-1], backwards=False) if has_next else None,
        _marker(found[0], backwards=True) if has_previous else None,
    )


def numbers(*, view: str, person: Person, at: datetime, filters: Filters, limit: int) -> list[str]:
    """The numbers of the first `limit` tickets of a view, the most urgent first. Raises FieldErrors as `page` does."""
    if view not in VIEWS:
        raise FieldErrors({"view": [_("Choose one of: %(views)s.") % {"views": ", ".join(VIEWS)}]})
    where = of_view(view, person, at)
    _narrow(where, filters)
    ids = _ids(where, None, False, limit)
    named = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "number"))
    return [named[pk] for pk in ids if pk in named]


def _page_of_words(found: list[Ticket], where: Where, place: Place | None) -> Page:
    """A page that looked through as many tickets as one page may: the next one goes on from there."""
    end = _looked_to(where, place)
    previous = _marker(found[0], backwards=True) if found and place is not None else None
    return Page(found, _signed(end, backwards=False) if end is not None else None, previous)


def holder(view: str, person: Person) -> Hashable:
    """What a view depends on besides its filters: it holds the same tickets for all people with the same holder."""
    if view == "mine":
        return person.pk
    if view == "team":
        return person.staff.level, tuple(person.staff.products)
    return None


def of_view(view: str, person: Person, at: datetime) -> Where:
    """The conditions of a view for a person: what its pages and its count have in common."""
    where = Where()
    if view == "waiting":
        where.add("t.status = %(waiting)s", waiting=Status.WAITING_CUSTOMER)
        return where
    # Written out, so that PostgreSQL sees that the partial indexes apply.
    where.add(f"t.status IN ({', '.join(repr(str(status)) for status in ACTIVE)})")
    if view == "mine":
        where.add("t.assignee_id = %(person)s", person=person.pk)
    elif view == "unassigned":
        where.add("t.assignee_id IS NULL")
    elif view == "team":
        _of_team(where, person)
    elif view == "breached":
        where.add("t.sort_due <= %(at)s", at=at)
        where.by_rank = True
    elif view == "at_risk":
        where.add("t.at_risk AND t.sort_due > %(at)s", at=at)
        where.by_rank = True
    elif view == "callbacks":
        where.add("t.callback_wanted")
    return where


def _of_team(where: Where, person: Person) -> None:
    """Tickets of the person's products, of their handler level or a lower one (spec page 4.5 'Routing')."""
    profile = person.staff
    where.add("t.handler_level = ANY(%(levels)s)", levels=list(LEVELS[: LEVELS.index(profile.level) + 1]))
    if profile.products:
        # A ticket that names no product is everybody's.
        where.by_product = ("", *profile.products)


def _narrow(where: Where, filters: Filters) -> None:
    if filters.product:
        if where.by_product and filters.product not in where.by_product:
            where.add("false")
        where.add("t.product = %(product)s", product=filters.product)
        where.by_product = ()
    equal = {"tier": "tier", "channel": "channel", "level": "handler_level", "severity": "severity", "kind": "kind"}
    for name, column in equal.items():
        if getattr(filters, name):
            where.add(f"t.{column} = %({name})s", **{name: getattr(filters, name)})
    if filters.organization:
        where.add(
            "t.organization_id = (SELECT id FROM accounts_organization WHERE slug = %(organization)s)",
            organization=filters.organization,
        )
    if filters.tam:
        _of_tam(where, filters.tam)
    if filters.tag:
        _of_tag(where, filters.tag, alone=filters == Filters(tag=filters.tag))
    if filters.q:
        _narrow_to_words(where, filters.q)


def _of_tag(where: Where, tag: str, *, alone: bool) -> None:
    """The tickets of a tag that few bear are collected; of one that many bear the next is never far.

    Unless other filters narrow as well, which may hardly ever meet the tag.
    """
    few = tagging.bearing(tag, most=MOST_TAGGED)
    if few is None and alone:
        where.add("%(tag)s = ANY(t.tags)", tag=tagging.normal(tag))
        return
    if few is None:
        where.add(_BEARS, tag=tagging.normal(tag))
    else:
        where.add("t.id = ANY(%(tagged)s)", tagged=few)
    if where.by_product:
        where.add("t.product = ANY(%(products)s)", products=list(where.by_product))
    where.by_rank, where.by_product, where.is_sorted = False, (), True


def _of_tam(where: Where, email: str) -> None:
    """Read organization by organization, whatever else the view would be read along."""
    where.values["tam"] = email.lower()
    where.by_tam, where.by_rank = True, False
    if where.by_product:
        where.add("t.product = ANY(%(products)s)", products=list(where.by_product))
        where.by_product = ()


def _narrow_to_words(where: Where, text: str) -> None:
    what = looking.asked(text, with_notes=True)
    ids, query = looking.found_by(what, most=MOST_FOUND + 1)
    if len(ids) > MOST_FOUND:
        where.looks_for = query
        return
    where.add("t.id = ANY(%(found)s)", found=ids)
    # So few are read as they are and sorted.
    if where.by_product:
        where.add("t.product = ANY(%(products)s)", products=list(where.by_product))
    where.by_rank, where.by_product, where.is_sorted = False, (), True


def _ids(where: Where, place: Place | None, backwards: bool, limit: int) -> list[int]:
    sql, values = _reading(where, place, backwards)
    with connection.cursor() as cursor:
        # Row-level security makes PostgreSQL expect two hundred times fewer rows than there are, so that it would
        # rather collect and sort all of a view than read on in order.
        cursor.execute(sql if where.is_sorted else f"{IN_ORDER}{sql}", values | {"limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _looked_to(where: Where, place: Place | None) -> Place | None:
    """The last ticket that was looked at for words; None when the view was looked through to its end."""
    if where.by_rank or where.by_product:
        return None
    sql, values = _reading(replace(where, looks_for=""), place, False)
    with connection.cursor() as cursor:
        values |= {"limit": 1, "looked_at": LOOKED_AT - 1}
        cursor.execute(f"{sql} OFFSET (SELECT %(looked_at)s::bigint)", values)
        row = cursor.fetchone()
    return row and Place(*row[1:])


def _reading(where: Where, place: Place | None, backwards: bool) -> tuple[str, dict[str, Any]]:
    """SQL of a page's ids and its values, `limit` excepted."""
    way, beyond = ("DESC", "<") if backwards else ("ASC", ">")
    order = f"ORDER BY queue_rank {way}, sort_due {way}, number {way} LIMIT %(limit)s"
    values = dict(where.values)
    conditions, pieces = list(where.conditions), ""
    if where.by_rank:
        # Each rank is read from where it begins, and the rank of the marker from the marker on.
        conditions += [
            "t.queue_rank = piece.rank",
            f"(t.sort_due, t.number) {beyond} (piece.from_due, piece.from_number)",
        ]
        bounds = "%(ranks)s::smallint[], %(dues)s::timestamptz[], %(numbers)s::text[]"
        pieces = f"unnest({bounds}) AS piece(rank, from_due, from_number)"
        values |= _rank_bounds(place, backwards)
    elif place is not None:
        conditions.append(f"(t.queue_rank, t.sort_due, t.number) {beyond} (%(rank)s, %(due)s, %(number)s)")
        values |= {"rank": place.rank, "due": place.due, "number": place.number}
    if where.by_product:
        conditions.append("t.product = piece.product")
        pieces = "unnest(%(products)s::text[]) AS piece(product)"
        values["products"] = list(where.by_product)
    if where.by_tam:
        conditions.append("t.organization_id = piece.organization_id")
        pieces = _OF_TAM
    # Fixed texts only: whatever was typed is among the values.
    sql = (
        "SELECT t.id, t.queue_rank, t.sort_due, t.number FROM tickets_ticket AS t "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} {order}"
    )
    if where.looks_for:
        # Pieces are looked through to their ends: what lies behind a cut could belong before what lies in another.
        values |= {"words": where.looks_for, "looked_at": None if pieces else LOOKED_AT}
        # Told as a sub-select, the number stays unknown to the planner, who would sort all tickets for so many.
        seen = sql.replace("LIMIT %(limit)s", "LIMIT (SELECT %(looked_at)s::bigint)")
        sql = (
            f"SELECT t.* FROM ({seen}) AS t JOIN tickets_ticketdocument AS document ON document.ticket_id = t.id "  # noqa: S608
            f"WHERE document.words @@ %(words)s::tsquery {order}"
        )
    if pieces:
        sql = f"SELECT id FROM {pieces} CROSS JOIN LATERAL ({sql}) AS part {order}"  # noqa: S608
    return sql, values


def _rank_bounds(place: Place | None, backwards: bool) -> dict[str, Any]:
    ranks = [rank for rank in RANKS if place is None or (rank <= place.rank if backwards else rank >= place.rank)]
    open_end = ("infinity", "~") if backwards else ("-infinity", "")
    bounds = [open_end] * len(ranks)
    if place is not None and place.rank in ranks:
        bounds[ranks.index(place.rank)] = (place.due.isoformat(), place.number)
    return {"ranks": ranks, "dues": [due for due, _number in bounds], "numbers": [number for _due, number in bounds]}


def _in_order(ids: Sequence[int]) -> list[Ticket]:
    running = ResponseTimer.objects.filter(ticket=OuterRef("pk"), ended_at=None).values("started_at")[:1]
    called = CallbackRequest.objects.filter(ticket=OuterRef("pk"), called_at=None)
    call = JSONObject(phone="phone", when="when", requested_at="requested_at")
    found: Iterable[Ticket] = (
        Ticket.objects.filter(pk__in=ids)
        .select_related("organization", "reporter", "assignee", "end_customer")
        .annotate(
            owed_since=Subquery(running),
            callback=Case(When(callback_wanted=True, then=Subquery(called.values_list(call)[:1]))),
        )
    )
    by_id = {ticket.pk: ticket for ticket in found}
    return [by_id[pk] for pk in ids if pk in by_id]


def _marker(ticket: Ticket, *, backwards: bool) -> str:
    return _signed(Place(ticket.queue_rank, ticket.sort_due, ticket.number), backwards=backwards)


def _signed(place: Place, *, backwards: bool) -> str:
    """Signed, so that nobody writes one by hand; it names a place, and the place may be gone."""
    told = [place.rank, place.due.isoformat(), place.number, backwards]
    return signing.dumps(told, salt=_SALT, compress=True)


def _read_marker(marker: str) -> tuple[Place | None, bool]:
    if not marker:
        return None, False
    try:
        rank, due, number, backwards = signing.loads(marker, salt=_SALT)
    except (signing.BadSignature, json.JSONDecodeError) as error:
        raise FieldErrors({"cursor": [_("This page marker is not valid. Start from the first page.")]}) from error
    return Place(rank, datetime.fromisoformat(due), number), backwards
