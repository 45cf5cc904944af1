"""What the manager's page shows: facts of many organizations from every app, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import get_language

from accounts.models import Organization, Person
from addons import access as addons
from addons import checklist
from addons.checklist import Item
from addons.models import Booking
from addons.service_quotas import ServiceBalance, balances_by_organization
from care.advisories import message_centre
from care.advisories.languages import in_language
from care.models import AdvisoryTask, MonthlyReport
from care.reports import desk_lists
from common import readings
from common.beijing import Month, date_of
from portal.my_organizations import this_week
from portal.my_organizations.this_week import QUOTA_BEFORE, RENEWAL_BEFORE, Facts, Todo
from supportplans import access as plans
from supportplans import provisioning_board
from supportplans.document_reading import Text
from supportplans.entitlements import Entitlements
from supportplans.models import ProvisioningTask, TamNote, Term
from supportplans.provisioning_board import Row
from supportplans.standing import standings
from tickets import of_organizations
from tickets.average_satisfaction import Satisfaction
from tickets.models import Ticket
from tickets.of_organizations import Figures

# On a page; and the tickets that are looked through of each, and shown.
PAGE, TICKETS_READ, TICKETS_SHOWN = 50, 20, 4


@dataclass(frozen=True)
class Ready:
    """A booking and how much of its preparation is ready."""

    booking: Booking
    name: Text
    items: Sequence[Item]

    @property
    def ready(self) -> int:
        return len(self.items) - len(checklist.open_items(self.items))


@dataclass(frozen=True)
class Card:
    """One organization. `assignment` None: nobody is its manager (yet)."""

    organization: Organization
    assignment: ProvisioningTask | None
    held: Entitlements
    queued: Term | None
    tickets: Sequence[Ticket]
    figures: Figures
    bookings: Sequence[Ready]
    expiring: Sequence[ServiceBalance]
    settings: Sequence[Row]
    satisfaction: Satisfaction | None
    follow_ups: Sequence[TamNote]
    advisory_tasks: Sequence[AdvisoryTask]
    reports: Sequence[MonthlyReport]
    todos: Sequence[Todo]
    today: date

    @property
    def manager(self) -> Person | None:
        return self.assignment.person if self.assignment else None

    @property
    def deputy(self) -> Person | None:
        return self.assignment.deputy if self.assignment else None

    @property
    def shown_tickets(self) -> Sequence[Ticket]:
        return self.tickets[:TICKETS_SHOWN]

    @property
    def goes_on(self) -> bool:
        """Whether another term follows by itself, or is paid."""
        return self.queued is not None or self.held.standing.auto_renew

    @property
    def days_left(self) -> int | None:
        """Days until the term ends; None on a free plan."""
        return (self.held.term.ends_on - self.today).days if self.held.term else None

    @property
    def renewal_is_near(self) -> bool:
        return self.days_left is not None and self.days_left <= RENEWAL_BEFORE.days


def cards(organizations: Sequence[Organization], assignments: Sequence[ProvisioningTask], at: datetime) -> list[Card]:
    """A card for each, in the order given; the number of statements does not depend on how many there are.

    `assignments`: who looks after them, as far as somebody does. Inside the scope of all tenants.
    """
    ids = [organization.pk for organization in organizations]
    if not ids:
        return []
    held_by = {pk: Entitlements(held) for pk, held in standings(organizations, at).items()}
    queued = plans.queued_terms(ids, at)
    tickets = of_organizations.most_urgent_of(ids, TICKETS_READ)
    figures = of_organizations.figures_of(ids, at)
    ratings = of_organizations.satisfaction_by_organization(ids, at)
    bookings = _bookings(ids, held_by)
    quotas = balances_by_organization(held_by, at)
    settings = _settings(ids, at)
    advisory_tasks, reports = message_centre.open_tasks_of(ids), desk_lists.to_look_through(ids)
    follow_ups, contacts = plans.open_follow_ups(ids), plans.latest_notes(ids)
    assigned = {task.organization_id: task for task in assignments}
    found = []
    for organization in organizations:
        pk, today = organization.pk, date_of(at)
        assignment = assigned.get(pk)
        expiring = [each for each in quotas[pk] if each.remaining and each.period.ends_on - today <= QUOTA_BEFORE]
        card = Card(
            organization=organization,
            assignment=assignment,
            held=held_by[pk],
            queued=queued.get(pk),
            tickets=tickets.get(pk, []),
            figures=figures.get(pk, Figures()),
            bookings=bookings[pk],
            expiring=expiring,
            settings=settings[pk],
            satisfaction=ratings.get(pk),
            follow_ups=follow_ups.get(pk, []),
            advisory_tasks=advisory_tasks.get(pk, []),
            reports=reports.get(pk, []),
            todos=[],
            today=today,
        )
        last = contacts.get(pk) or (assignment.done_at if assignment else None)
        found.append(_with_todos(card, at, date_of(last) if last else None))
    return found


def _with_todos(card: Card, at: datetime, last_contact_on: date | None) -> Card:
    return replace(card, todos=this_week.this_week(facts_of(card, at, last_contact_on)))


def facts_of(card: Card, at: datetime, last_contact_on: date | None) -> Facts:
    """What the rules of this_week.py look at."""
    language = get_language() or "en"
    return Facts(
        now=at,
        today=card.today,
        tickets=_tickets(card),
        advisory_tasks=tuple(
            this_week.AdvisoryTask(
                task.pk, in_language(task.advisory, "title"), task.due_at, contacted=task.contacted_at is not None
            )
            for task in card.advisory_tasks
        ),
        reports=tuple(
            this_week.Report(str(Month.of(report.month)), readings.month(report.month), report.due_on)
            for report in card.reports
        ),
        bookings=_coming(card, language),
        quotas=tuple(
            this_week.Quota(each.code, each.service.name.in_language(language), each.remaining, each.period.ends_on)
            for each in card.expiring
        ),
        settings=tuple(
            this_week.Setting(row.task.pk, row.name.in_language(language), row.due_on)
            for row in card.settings
            if row.due_on
        ),
        follow_ups=tuple(
            this_week.FollowUp(note.pk, note.follow_up_on, note.body) for note in card.follow_ups if note.follow_up_on
        ),
        plan_ends_on=card.held.term.ends_on if card.held.term else None,
        plan_goes_on=card.goes_on,
        score=card.satisfaction.score if card.satisfaction else None,
        last_contact_on=last_contact_on,
    )


def _tickets(card: Card) -> tuple[this_week.Ticket, ...]:
    orders = {severity.code: severity.order for severity in card.held.standing.in_force.severities}
    return tuple(
        this_week.Ticket(
            number=ticket.number,
            subject=ticket.subject,
            severity_order=orders.get(ticket.severity, len(orders)),
            due_at=ticket.response_due_at if ticket.owed_since else None,  # type: ignore[attr-defined]
            at_risk=ticket.at_risk,
        )
        for ticket in card.tickets
    )


def _coming(card: Card, language: str) -> tuple[this_week.Booking, ...]:
    return tuple(
        this_week.Booking(
            id=each.booking.pk,
            name=each.name.in_language(language),
            status=each.booking.status,
            starts_on=each.booking.starts_on,
            ends_on=each.booking.ends_on,
            unready=len(each.items) - each.ready,
        )
        for each in card.bookings
    )


def _bookings(ids: Collection[int], held_by: dict[int, Entitlements]) -> dict[int, list[Ready]]:
    rows = list(addons.open_bookings_of_many(ids))
    items = checklist.checklists(rows) if rows else {}
    found: dict[int, list[Ready]] = defaultdict(list)
    for booking in rows:
        name = held_by[booking.organization_id].catalogue.name_of("entitlements", booking.service)
        found[booking.organization_id].append(Ready(booking, name, items[booking.pk]))
    return found


def _settings(ids: Collection[int], at: datetime) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in provisioning_board.rows_of(plans.open_provisioning(ids), at):
        found[row.task.organization_id].append(row)
    return found
