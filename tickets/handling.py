"""What the staff do with a ticket besides talking: claim, release, assign, accept, wait, resolve (spec page 4.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.roles import allows, staff_role_key
from common.problems import FieldErrors
from tickets import access, history, owed_answers, status_changes, timer_records, timers
from tickets.models import Status, Ticket, TicketEvent
from tickets.refusals import AlreadyAccepted, AlreadyClaimed, NotAcceptable


def named(person: Person) -> dict[str, str]:
    """How a refusal and the desk name a colleague."""
    return {"name": person.display_name(), "email": person.email}


def claim(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Take the ticket from the queue; again by the same person changes nothing.

    Raises AlreadyClaimed naming who has it, TicketNotOpen when it is finished.
    """
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    if ticket.assignee_id == by.pk:
        return ticket
    holder = ticket.assignee
    if holder is not None:
        sentence = _("%(name)s has this ticket already.") % {"name": holder.display_name()}
        raise AlreadyClaimed(sentence, assignee=named(holder))
    ticket.assignee = by
    entries = [history.entry(ticket, "claimed", at=at, by=by)]
    if ticket.status == Status.OPEN:
        entries += status_changes.change(ticket, Status.IN_PROGRESS, at=at, by=by, event="started")
    return _store(ticket, entries, change="claimed")


def release(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Put it back into the queue; one that was never answered or accepted is open again."""
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    holder = ticket.assignee
    if holder is None:
        return ticket
    entries = [history.entry(ticket, "released", at=at, by=by, details={"from": holder.display_name()})]
    ticket.assignee = None
    untouched = ticket.first_reply_at is None and ticket.accepted_at is None
    if untouched and ticket.status == Status.IN_PROGRESS:
        entries += status_changes.change(ticket, Status.OPEN, at=at, by=by, event="stopped")
    return _store(ticket, entries, change="released")


def assign(*, ticket: Ticket, to: str, by: Person, at: datetime) -> Ticket:
    """Give it to the colleague with the e-mail `to`. Raises FieldErrors when nobody on the desk has it."""
    colleague = require_colleague(to)
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    if ticket.assignee_id == colleague.pk:
        return ticket
    ticket.assignee = colleague
    entries = [history.entry(ticket, "assigned", at=at, by=by, details={"to": colleague.display_name()})]
    if ticket.status == Status.OPEN:
        entries += status_changes.change(ticket, Status.IN_PROGRESS, at=at, by=by, event="started")
    return _store(ticket, entries, change="assigned", to=colleague.pk, by=by.pk, by_name=by.display_name())


def require_colleague(email: str) -> Person:
    """The colleague with this e-mail. Raises FieldErrors when nobody who works on tickets has it."""
    found = Person.objects.staff().select_related("staff").filter(email=email.strip().lower()).first()
    if found is None or not allows(staff_role_key(found.staff_role()), "tickets", "W"):
        raise FieldErrors({"to": [_("Nobody who works on tickets has this e-mail address.")]})
    return found


def accept(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Accept a ticket of a tier that promises acceptance: meets the `first` timer, and only that.

    Raises TicketNotOpen, NotAcceptable where the plan promises an answer, AlreadyAccepted when `first` ended.
    """
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    timer = timer_records.owed(ticket)
    if timer is not None and timer.target_working_days is None:
        raise NotAcceptable
    if timer is None or timer.kind != timers.FIRST:
        raise AlreadyAccepted
    entries = [history.entry(ticket, "accepted", at=at, by=by), owed_answers.answered(ticket, timer, at=at, by=by)]
    ticket.accepted_at = at
    if ticket.status == Status.OPEN:
        entries += status_changes.change(ticket, Status.IN_PROGRESS, at=at, by=by, event="started")
    return _store(ticket, entries, change="accepted")


def wait(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Wait for the customer. Raises TicketNotOpen, or AnswerOwed while the customer waits for us."""
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    status_changes.require_no_answer_owed(ticket)
    return _store(ticket, status_changes.wait_for_customer(ticket, at=at, by=by), change="waiting")


def resolve(*, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Resolve it. Raises TicketNotOpen, or AnswerOwed while the customer waits for us."""
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    status_changes.require_no_answer_owed(ticket)
    entries = status_changes.resolve(ticket, at=at, by=by)
    _store(ticket, entries, change="resolved")
    status_changes.announce(ticket, "ticket.resolved", key=f"{ticket.pk}:{at.isoformat()}")
    return ticket


def _store(ticket: Ticket, entries: list[TicketEvent], **facts: Any) -> Ticket:
    ticket.save(update_fields=status_changes.FIELDS)
    if entries:
        history.write(*entries)
        status_changes.announce(ticket, "ticket.updated", key=f"event:{entries[0].pk}", **facts)
    return ticket
