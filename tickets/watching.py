"""Who is kept informed of a ticket besides its reporter: members of the same organization (spec page 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import live
from common.problems import FieldErrors, NotFound, OrganizationDisabled
from tickets import access, history
from tickets.models import Ticket, TicketWatcher

MOST_WATCHERS = 20


def named(emails: Sequence[str], organization: Organization, errors: dict[str, list[str]]) -> list[Person]:
    """The organization's people with these e-mails; adds to `errors` who is none, or that there are too many."""
    asked = sorted({email.strip().lower() for email in emails if email.strip()})
    if not asked:
        return []
    if len(asked) > MOST_WATCHERS:
        errors["watchers"] = [_("Name at most %(most)s people.") % {"most": MOST_WATCHERS}]
        return []
    members = Person.objects.filter(memberships__organization=organization, is_active=True, email__in=asked)
    found = list(members.order_by("pk"))
    missing = sorted(set(asked) - {person.email for person in found})
    if missing:
        errors["watchers"] = [_("Not a member of your organization: %(emails)s.") % {"emails": ", ".join(missing)}]
    return found


def rows(ticket: Ticket, people: Sequence[Person]) -> list[TicketWatcher]:
    """Unsaved rows for the watchers of a new ticket."""
    return [TicketWatcher(ticket_id=ticket.pk, organization_id=ticket.organization_id, person=one) for one in people]


def watch(*, ticket: Ticket, organization: Organization, emails: Sequence[str], by: Person, at: datetime) -> Ticket:
    """Keep these people informed from now on, `by` or colleagues; who watches already stays.

    Raises FieldErrors, OrganizationDisabled.
    """
    errors: dict[str, list[str]] = {}
    people = named(emails, organization, errors)
    if not people and not errors:
        errors["watchers"] = [_("Name somebody of your organization.")]
    if errors:
        raise FieldErrors(errors)
    ticket = _taken(ticket, organization)
    watching = set(TicketWatcher.objects.filter(ticket=ticket).values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in watching]
    if len(watching) + len(new) > MOST_WATCHERS:
        raise FieldErrors({"watchers": [_("Name at most %(most)s people.") % {"most": MOST_WATCHERS}]})
    TicketWatcher.objects.bulk_create(rows(ticket, new))
    _tell(ticket, "watchers_added", new, by=by, at=at)
    return ticket


def unwatch(*, ticket: Ticket, organization: Organization, email: str, by: Person, at: datetime) -> Ticket:
    """Inform this person no more. Raises FieldErrors, NotFound for who does not watch, OrganizationDisabled."""
    if not email:
        raise FieldErrors({"email": [_("Fill this in.")]})
    ticket = _taken(ticket, organization)
    row = TicketWatcher.objects.select_related("person").filter(ticket=ticket, person__email=email.lower()).first()
    if row is None:
        raise NotFound
    row.delete()
    _tell(ticket, "watchers_removed", [row.person], by=by, at=at)
    return ticket


def _taken(ticket: Ticket, organization: Organization) -> Ticket:
    if organization.is_disabled:
        raise OrganizationDisabled
    return access.locked(ticket)


def _tell(ticket: Ticket, event: str, people: Sequence[Person], *, by: Person, at: datetime) -> None:
    if not people:
        return
    names = [person.display_name() for person in people]
    history.write(history.entry(ticket, event, at=at, by=by, details={"people": names}))
    live.publish(f"ticket:{ticket.pk}", "ticket-changed", number=ticket.number)
