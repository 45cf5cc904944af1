"""What a technical service manager does this week for one organization, by small named rules (no Django here).

Source: spec pages 1 (what the TAM wants), 5.2 (quotas about to expire), 5.3 (preparation), 6.1 (log with follow-up
dates). Each rule looks at the facts and names what it is about; RULES is their order of urgency. A week ends on Sunday.

    answer_overdue       an owed answer is late
    answer_at_risk       an owed answer is about to be late (80 % of its target)
    advisory_overdue     the customer should have been spoken to about an advisory
    urgent_ticket        one of the two most urgent severities lies on the desk
    advisory_task        a task from an advisory is due by the end of this week
    report_to_review     a monthly report is made, nobody has edited it, and it leaves by itself on its due day
    provisioning         something of the plan is not set up; due on the house's target day
    booking_to_confirm   a booking was requested and nobody has confirmed it; due on its first day
    booking_to_prepare   a confirmed booking begins within 7 days and something is not ready
    booking_to_report    a booking's last day has passed and its report is missing
    follow_up            a note of the log is due by the end of this week, or was due before
    renewal              the plan ends within 60 days and nothing follows
    quota_expiring       a quota ends within 60 days and something of it is left
    low_satisfaction     the ratings of 90 days are 3.0 or less on average
    no_contact           nothing was noted for 30 days

Worked example, which also stands in tests/portal/test_my_organizations.py. On Tuesday 2026-11-24 of a plan that ends
on 2027-01-20 and does not renew (57 days), with a follow-up on Sunday 2026-11-29 and another on Monday 2026-11-30,
and the last note of 2026-10-20 (35 days ago): follow_up for the first alone, renewal, no_contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from common.beijing import date_of

# The first so many severities of the catalogue.
URGENT_SEVERITIES = 2
PREPARED_BEFORE = timedelta(days=7)
RENEWAL_BEFORE = QUOTA_BEFORE = timedelta(days=60)
CONTACT_WITHIN = timedelta(days=30)
LOW_SCORE = Decimal("3.0")


@dataclass(frozen=True)
class Ticket:
    """On the desk; `severity_order` 0 is the most urgent, `due_at` None: no answer is owed."""

    number: str
    subject: str
    severity_order: int
    due_at: datetime | None
    at_risk: bool


@dataclass(frozen=True)
class Booking:
    """`unready`: how many things of its preparation are open. Both days belong to it."""

    id: int
    name: str
    status: str
    starts_on: date
    ends_on: date
    unready: int


@dataclass(frozen=True)
class Quota:
    """`ends_on`: the first day on which it is gone."""

    code: str
    name: str
    remaining: int
    ends_on: date


@dataclass(frozen=True)
class Setting:
    """Something that is not set up yet, and the target."""

    id: int
    name: str
    due_on: date


@dataclass(frozen=True)
class AdvisoryTask:
    """An open task from an advisory; `due_at`: by when the customer is spoken to, which `contacted` says."""

    id: int
    title: str
    due_at: datetime | None
    contacted: bool = False


@dataclass(frozen=True)
class Report:
    """A monthly report that can be looked through; `month` such as "2026-10"."""

    month: str
    name: str
    due_on: date


@dataclass(frozen=True)
class FollowUp:
    """An open follow-up of a note."""

    id: int
    on: date
    body: str


@dataclass(frozen=True)
class Facts:
    """One organization at `now`, which is `today` in Beijing.

    `plan_ends_on`: the first day after the running term, None on a free plan; `plan_goes_on`: it renews by itself, or
    the next term is paid. `last_contact_on`: the latest note, or the day on which the manager was assigned.
    """

    now: datetime
    today: date
    tickets: tuple[Ticket, ...] = ()
    advisory_tasks: tuple[AdvisoryTask, ...] = ()
    reports: tuple[Report, ...] = ()
    bookings: tuple[Booking, ...] = ()
    quotas: tuple[Quota, ...] = ()
    settings: tuple[Setting, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    plan_ends_on: date | None = None
    plan_goes_on: bool = False
    score: Decimal | None = None
    last_contact_on: date | None = None

    @property
    def week_ends_on(self) -> date:
        """Sunday."""
        return self.today + timedelta(days=6 - self.today.weekday())


@dataclass(frozen=True)
class Todo:
    """One thing to do. `about`: a ticket's number, or the id or code of what it is about; `what` its name."""

    rule: str
    about: str = ""
    what: str = ""
    on: date | None = None
    at: datetime | None = None
    count: int = 0

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(RULES).index(self.rule)


def this_week(facts: Facts) -> list[Todo]:
    """What to do, the most urgent first; within a rule by its day."""
    found = [todo for rule in RULES.values() for todo in rule(facts)]
    return sorted(found, key=order)


def order(todo: Todo) -> tuple[int, str, str]:
    """By urgency, then by day or due time, then by what it is about."""
    when = todo.at or todo.on
    return todo.rank, when.isoformat() if when else "~", todo.about


def _is_late(ticket: Ticket, now: datetime) -> bool:
    return ticket.due_at is not None and ticket.due_at <= now


def _answer_overdue(facts: Facts) -> Iterator[Todo]:
    for ticket in facts.tickets:
        if _is_late(ticket, facts.now):
            yield Todo("answer_overdue", ticket.number, ticket.subject, at=ticket.due_at)


def _answer_at_risk(facts: Facts) -> Iterator[Todo]:
    for ticket in facts.tickets:
        if ticket.at_risk and not _is_late(ticket, facts.now):
            yield Todo("answer_at_risk", ticket.number, ticket.subject, at=ticket.due_at)


def _urgent_ticket(facts: Facts) -> Iterator[Todo]:
    for ticket in facts.tickets:
        is_named_already = ticket.at_risk or _is_late(ticket, facts.now)
        if ticket.severity_order < URGENT_SEVERITIES and not is_named_already:
            yield Todo("urgent_ticket", ticket.number, ticket.subject, at=ticket.due_at)


def _advisory_overdue(facts: Facts) -> Iterator[Todo]:
    for task in facts.advisory_tasks:
        if task.due_at is not None and task.due_at < facts.now and not task.contacted:
            yield Todo("advisory_overdue", str(task.id), task.title, at=task.due_at)


def _advisory_task(facts: Facts) -> Iterator[Todo]:
    for task in facts.advisory_tasks:
        if task.due_at is None or (task.due_at < facts.now and not task.contacted):
            continue
        if date_of(task.due_at) <= facts.week_ends_on:
            yield Todo("advisory_task", str(task.id), task.title, at=task.due_at)


def _report_to_review(facts: Facts) -> Iterator[Todo]:
    for report in facts.reports:
        yield Todo("report_to_review", report.month, report.name, on=report.due_on)


def _provisioning(facts: Facts) -> Iterator[Todo]:
    for setting in facts.settings:
        yield Todo("provisioning", str(setting.id), setting.name, on=setting.due_on)


def _booking_to_confirm(facts: Facts) -> Iterator[Todo]:
    for booking in facts.bookings:
        if booking.status == "requested":
            yield Todo("booking_to_confirm", str(booking.id), booking.name, on=booking.starts_on)


def _booking_to_prepare(facts: Facts) -> Iterator[Todo]:
    for booking in facts.bookings:
        is_near = booking.starts_on <= facts.today + PREPARED_BEFORE
        if booking.status == "confirmed" and booking.unready and is_near:
            yield Todo("booking_to_prepare", str(booking.id), booking.name, on=booking.starts_on, count=booking.unready)


def _booking_to_report(facts: Facts) -> Iterator[Todo]:
    for booking in facts.bookings:
        if booking.status in ("confirmed", "in_progress") and booking.ends_on < facts.today:
            yield Todo("booking_to_report", str(booking.id), booking.name, on=booking.ends_on)


def _follow_up(facts: Facts) -> Iterator[Todo]:
    for note in facts.follow_ups:
        if note.on <= facts.week_ends_on:
            yield Todo("follow_up", str(note.id), note.body, on=note.on)


def _renewal(facts: Facts) -> Iterator[Todo]:
    ends_on = facts.plan_ends_on
    if ends_on is not None and not facts.plan_goes_on and ends_on - facts.today <= RENEWAL_BEFORE:
        yield Todo("renewal", on=ends_on, count=(ends_on - facts.today).days)


def _quota_expiring(facts: Facts) -> Iterator[Todo]:
    for quota in facts.quotas:
        if quota.remaining and quota.ends_on - facts.today <= QUOTA_BEFORE:
            yield Todo("quota_expiring", quota.code, quota.name, on=quota.ends_on, count=quota.remaining)


def _low_satisfaction(facts: Facts) -> Iterator[Todo]:
    if facts.score is not None and facts.score <= LOW_SCORE:
        yield Todo("low_satisfaction", what=str(facts.score))


def _no_contact(facts: Facts) -> Iterator[Todo]:
    last = facts.last_contact_on
    if last is not None and facts.today - last > CONTACT_WITHIN:
        yield Todo("no_contact", on=last, count=(facts.today - last).days)


RULES: dict[str, Callable[[Facts], Iterator[Todo]]] = {
    "answer_overdue": _answer_overdue,
    "answer_at_risk": _answer_at_risk,
    "advisory_overdue": _advisory_overdue,
    "urgent_ticket": _urgent_ticket,
    "advisory_task": _advisory_task,
    "report_to_review": _report_to_review,
    "provisioning": _provisioning,
    "booking_to_confirm": _booking_to_confirm,
    "booking_to_prepare": _booking_to_prepare,
    "booking_to_report": _booking_to_report,
    "follow_up": _follow_up,
    "renewal": _renewal,
    "quota_expiring": _quota_expiring,
    "low_satisfaction": _low_satisfaction,
    "no_contact": _no_contact,
}
