"""What lies on the desk at an instant, for its lead (spec page 4.5 'Lead's page'): by severity, by age, by person.

Open are the tickets that nobody has finished. Each stands in exactly one of four: its answer is overdue, about to be
(80 % of the time is used), owed in time, or nothing is owed. The age of the backlog counts from filing.

Worked ages, which also stand in tests/tickets/compliance/test_desk_now.py: filed 24 hours ago is the second bracket,
a microsecond less the first; 14 days are the last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from accounts.models import Person, StaffProfile
from tickets.desk.duty import Duty
from tickets.models import ACTIVE, Status, Ticket
from tickets.queue_order import NEVER_DUE

# Where one bracket of ages ends and the next begins.
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=14))
_ACTIVE = ", ".join(repr(str(status)) for status in ACTIVE)
_ON_DESK = f"""
SELECT severity, width_bucket(extract(epoch FROM %(at)s - created_at), %(ages)s::numeric[]),
       count(*), count(*) FILTER (WHERE sort_due <= %(at)s),
       count(*) FILTER (WHERE at_risk AND sort_due > %(at)s),
       count(*) FILTER (WHERE NOT at_risk AND sort_due > %(at)s AND sort_due < %(never)s)
  FROM tickets_ticket WHERE status IN ({_ACTIVE}) GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Lying:
    """How many tickets are open, and the answers owed among them: `owed` in time, `at_risk`, `overdue`."""

    open: int = 0
    overdue: int = 0
    at_risk: int = 0
    owed: int = 0

    @property
    def unanswered(self) -> int:
        """Who waits for an answer, late or not."""
        return self.overdue + self.at_risk + self.owed

    @property
    def quiet(self) -> int:
        """Where nothing is owed."""
        return self.open - self.unanswered

    def __add__(self, other: Lying) -> Lying:
        return Lying(
            self.open + other.open,
            self.overdue + other.overdue,
            self.at_risk + other.at_risk,
            self.owed + other.owed,
        )


@dataclass(frozen=True)
class OnDesk:
    """`by_severity` in no order; `by_age` has, for each bracket of AGES and all that is older, counts by severity."""

    total: Lying
    by_severity: dict[str, Lying]
    by_age: list[dict[str, int]]


@dataclass(frozen=True)
class Load:
    """What one person has; `person` None: nobody has these."""

    person: Person | None
    open: int
    in_progress: int
    waiting: int
    overdue: int
    on_duty: bool

    @property
    def total(self) -> int:
        return self.open + self.in_progress + self.waiting


def on_desk(at: datetime) -> OnDesk:
    """What is open now; inside the scope of all tenants. One statement."""
    by_severity: dict[str, Lying] = defaultdict(Lying)
    by_age: list[dict[str, int]] = [defaultdict(int) for _age in range(len(AGES) + 1)]
    ages = [int(age.total_seconds()) for age in AGES]
    with connection.cursor() as cursor:
        cursor.execute(_ON_DESK, {"at": at, "ages": ages, "never": NEVER_DUE})
        for severity, bracket, *counts in cursor:
            by_severity[severity] += Lying(*counts)
            by_age[bracket][severity] += counts[0]
    total = sum(by_severity.values(), Lying())
    return OnDesk(total, dict(by_severity), [dict(age) for age in by_age])


def load(duty: Duty, at: datetime) -> list[Load]:
    """Every engineer and whoever else has an open ticket, the most loaded first, then what nobody has.

    Inside the scope of all tenants; one statement.
    """
    counts = {
        "open": Count("pk", filter=Q(status=Status.OPEN)),
        "in_progress": Count("pk", filter=Q(status=Status.IN_PROGRESS)),
        "waiting": Count("pk", filter=Q(status=Status.WAITING_CUSTOMER)),
        "overdue": Count("pk", filter=Q(sort_due__lte=at)),
    }
    lying = Ticket.objects.filter(status__in=ACTIVE).order_by()
    # With the names: who left the staff may still have some.
    named = lying.values("assignee", "assignee__name", "assignee__email").annotate(**counts)
    found: dict[int | None, Mapping[str, Any]] = {row["assignee"]: row for row in named}
    people: dict[int | None, Person] = {person.pk: person for person in duty.of_role(StaffProfile.Role.ENGINEER)}
    staff = {person.pk: person for person in duty.staff}
    for pk, row in found.items():
        if pk is not None and pk not in people:
            gone = Person(pk=pk, name=row["assignee__name"], email=row["assignee__email"])
            people[pk] = staff.get(pk, gone)
    rows = [_load(person, found.get(pk, {}), pk in duty.present) for pk, person in people.items()]
    rows.sort(key=lambda row: (-row.total, not row.on_duty, row.person.email if row.person else ""))
    return [*rows, _load(None, found[None], on_duty=False)] if None in found else rows


def _load(person: Person | None, row: Mapping[str, Any], on_duty: bool) -> Load:
    counts = {name: row.get(name, 0) for name in ("open", "in_progress", "waiting", "overdue")}
    return Load(person, on_duty=on_duty, **counts)


def severities_of(lying: OnDesk, known: Sequence[str]) -> list[str]:
    """The severities to show: all of the catalogue, the most urgent first, then others that old tickets carry."""
    return [*known, *sorted(set(lying.by_severity) - set(known))]
