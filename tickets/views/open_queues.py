"""The lists of open desks (spec page 4.5 'Live'): all of them ask again whenever something changes anywhere.

What is the same for several of them is read and drawn once for each moment (common/shared_reading.py): the tickets of
a view, the counts on the tabs, the HTML for each language. A desk's own are the tickets of its person.

A *permission* stands for a session that a page was opened with. For half a minute it lets that session ask again
without the way through all of Django (portal/open_desks.py); rights are looked at every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import compare_digest
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from accounts.access import staff_among
from accounts.models import Person
from accounts.roles import allows, staff_role_key
from common import clock, tenancy
from common.problems import Problem
from common.shared_reading import Moment, SharedReading
from supportplans import versions
from supportplans.catalogue import Catalogue
from tickets import queue, queue_counts, queue_rows
from tickets.views.queue_asked import VIEWS, Asked
from tickets.views.queue_listing import listing

AREA = "internal_notes"
PERMISSION_SECONDS = 30
_SALT = "tickets.open_queues"
_readings = SharedReading("desk")


@dataclass(frozen=True)
class Asking:
    """Who asks, in which language, for what."""

    person: int
    language: str
    asked: Asked


def permission(request: HttpRequest) -> str:
    """What an open page sends along as `s`, good for its session, person and language for PERMISSION_SECONDS."""
    told = [request.user.pk, translation.get_language(), _sealed(request.session.session_key or "")]
    return signing.dumps(told, salt=_SALT)


def asking(query: QueryDict, session_key: str) -> Asking | None:
    """What is asked with a permission in `s`; None where it is no permission for this session any more."""
    try:
        person, language, sealed = signing.loads(query.get("s", ""), salt=_SALT, max_age=PERMISSION_SECONDS)
    except signing.BadSignature:
        return None
    if not session_key or not compare_digest(sealed, _sealed(session_key)):
        return None
    return Asking(person, language, Asked.of(query))


def _sealed(session_key: str) -> str:
    return salted_hmac(_SALT, session_key).hexdigest()[:32]


def drawn(askings: Sequence[Asking]) -> list[str | None]:
    """The list for each of `askings`; None for who may not see it, or asks for a page that does not exist.

    Two statements, and those of what nobody has read in this moment.
    """
    with clock.steady(), tenancy.everything():
        moment = _readings.moment()
        people = staff_among({one.person for one in askings})
        return [_drawn_or_none(one, people.get(one.person), moment) for one in askings]


def _drawn_or_none(one: Asking, person: Person | None, moment: Moment) -> str | None:
    if person is None or not allows(staff_role_key(person.staff_role()), AREA, "R"):
        return None
    try:
        with translation.override(one.language):
            return drawn_for(person, one.asked, moment)
    except Problem:
        return None


def drawn_for(person: Person, asked: Asked, moment: Moment | None = None) -> str:
    """The list as `person` sees it, in the language at hand and inside the scope of all tenants.

    Put in its places by static/js/desk.js. Raises FieldErrors for a marker that is none.
    """
    moment = moment or _readings.moment()
    at = clock.now()
    catalogue: Catalogue = moment.get("catalogue", lambda: versions.current(clock.today()))
    asked, _dropped = asked.with_known_codes(catalogue)
    whose = queue.holder(asked.view, person)
    found: queue.Page = moment.get(
        ("page", asked, whose),
        lambda: queue.page(view=asked.view, person=person, at=at, filters=asked.filters, marker=asked.cursor),
    )
    counted = _counts(person, moment, at)
    may_work = allows(staff_role_key(person.staff_role()), AREA, "W")
    own = tuple(ticket.pk for ticket in found.tickets if ticket.assignee_id == person.pk)
    language = translation.get_language()

    def draw_around() -> str:
        return _rendered("around", {"queue": listing(asked, found, counted), "oob": True})

    def draw_rows() -> str:
        rows = queue_rows.rows(found.tickets, catalogue, reader=person, can_work=may_work)
        return _rendered("rows", {"rows": rows, "oob": True})

    around = moment.get(("around", asked, whose, tuple(counted.values()), language), draw_around)
    rows = moment.get(("rows", asked, whose, own, may_work, language), draw_rows)
    return f"{around}<template>{rows}</template>"


def _rendered(part: str, context: dict[str, Any]) -> str:
    return render_to_string(f"tickets/desk/_queue_{part}.html", context)


def _counts(person: Person, moment: Moment, at: datetime) -> dict[str, int]:
    """How much lies in each view, in the order of the tabs; what several people share is counted once."""
    together: dict[Any, list[str]] = {}
    for view in VIEWS:
        together.setdefault(queue.holder(view, person), []).append(view)
    counted: dict[str, int] = {}
    for whose, views in together.items():
        count = partial(queue_counts.counts, views=views, person=person, at=at)
        counted |= moment.get(("counts", whose), count)
    return {view: counted[view] for view in VIEWS}
