"""Regrading: another severity for a ticket, by the staff, with a reason; the customer may ask (spec page 4.3).

The answer that is owed is due by the rule of timers.regraded_due with the target of the plan of this moment; after a
breach its due time stays. With the reason `misjudged` that timer, or the last one when nothing is owed, is left out of
compliance figures; its history is kept.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common.problems import FieldErrors, OrganizationDisabled
from supportplans.entitlements import Entitlements, entitlements
from tickets import access, due_moves, history, owed_answers, status_changes, timer_records, timers
from tickets.models import ResponseTimer, Ticket, TicketEvent
from tickets.refusals import SeverityNotOffered

MISJUDGED = "misjudged"
# What the page offers besides words of one's own.
REASONS = (MISJUDGED, "worse", "better", "customer_asked")
LONGEST_REASON = 500
REQUESTED, REGRADED = "regrade_requested", "regraded"
_FIELDS = ("severity", "queue_rank", *timer_records.TICKET_FIELDS)


def regrade(*, ticket: Ticket, severity: str, reason: str, by: Person, at: datetime) -> Ticket:
    """Give the ticket the severity; the same one changes nothing.

    Raises FieldErrors, TicketNotOpen, or SeverityNotOffered (member `offered`) for one that the plan does not take.
    """
    held = entitlements(ticket.organization, at)
    reason = checked_reason(reason)
    _check_severity(severity, held)
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    _require_offered(severity, held)
    before = ticket.severity
    if severity == before:
        return ticket
    codes = held.catalogue.severity_codes()
    is_more_urgent = codes.index(severity) < codes.index(before)
    timer = owed_answers.settled(ticket, at=at)
    due_before = timer.due_at if timer else None
    ticket.severity = severity
    if timer is not None:
        _move(ticket, timer, held, is_more_urgent=is_more_urgent, at=at, exclude=reason == MISJUDGED)
    elif reason == MISJUDGED:
        timer = _exclude_last(ticket)
    in_event = timer_records.is_in_event(ticket, held=held, at=at)
    ticket.queue_rank = timer_records.rank_of(held, severity, priority=ticket.resolution_priority, in_event=in_event)
    change = {"from": before, "to": severity, "reason": reason}
    row = due_moves.entry(ticket, timer, REGRADED, before=due_before, at=at, by=by, **change)
    ticket.save(update_fields=_FIELDS)
    history.write(row)
    status_changes.announce(ticket, "ticket.updated", key=f"event:{row.pk}", change=REGRADED, by=by.pk, **change)
    return ticket


def _move(
    ticket: Ticket, timer: ResponseTimer, held: Entitlements, *, is_more_urgent: bool, at: datetime, exclude: bool
) -> None:
    target = timer_records.promised_target(ticket, ticket.severity, held=held, at=at)
    due = timers.regraded_due(
        timer.due_at,
        timer.started_at,
        target,
        timer_records.calendar_for(target),
        more_urgent=is_more_urgent,
        at=at,
    )
    timer.tier, timer.severity = held.tier.code, ticket.severity
    timer.target_minutes, timer.target_working_days = target.minutes, target.working_days
    timer.excluded = timer.excluded or exclude
    due_moves.arm(ticket, timer, due)


def _exclude_last(ticket: Ticket) -> ResponseTimer | None:
    timer = ResponseTimer.objects.select_for_update(no_key=True).filter(ticket=ticket).order_by("-id").first()
    if timer is not None:
        timer.excluded = True
        timer.save(update_fields=["excluded"])
    return timer


def request_regrade(
    *, ticket: Ticket, organization: Organization, severity: str, reason: str, by: Person, at: datetime
) -> Ticket:
    """The customer asks for another severity: kept in the history, told to the assignee or the desk lead.

    Raises FieldErrors (also for the severity it has), OrganizationDisabled, TicketNotOpen, SeverityNotOffered.
    """
    held = entitlements(organization, at)
    reason = checked_reason(reason)
    _check_severity(severity, held)
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    _require_offered(severity, held)
    if severity == ticket.severity:
        raise FieldErrors({"severity": [_("The ticket has this severity already.")]})
    asked = {"from": ticket.severity, "to": severity, "reason": reason}
    row = history.entry(ticket, REQUESTED, at=at, by=by, details=asked)
    history.write(row)
    status_changes.announce(
        ticket, "ticket.updated", key=f"event:{row.pk}", change=REQUESTED, by_customer=True, by=by.pk, **asked
    )
    return ticket


def open_request(ticket: Ticket) -> TicketEvent | None:
    """What the customer asked for last, unless the ticket was regraded since; one statement."""
    found = TicketEvent.objects.filter(ticket=ticket, event__in=(REQUESTED, REGRADED)).select_related("by")
    last = found.order_by("-id").first()
    return last if last is not None and last.event == REQUESTED and last.details["to"] != ticket.severity else None


def checked_reason(reason: str) -> str:
    """The reason without spaces around it. Raises FieldErrors when it is empty or too long."""
    reason = reason.strip()
    if not reason:
        raise FieldErrors({"reason": [_("Say why.")]})
    if len(reason) > LONGEST_REASON:
        raise FieldErrors({"reason": [_("Use at most %(longest)s characters.") % {"longest": LONGEST_REASON}]})
    return reason


def _check_severity(severity: str, held: Entitlements) -> None:
    known = held.catalogue.severity_codes()
    if severity not in known:
        raise FieldErrors({"severity": [_("This is not one of: %(codes)s.") % {"codes": ", ".join(known)}]})


def _require_offered(severity: str, held: Entitlements) -> None:
    if not held.offers(severity):
        raise SeverityNotOffered(offered=list(held.severity_codes))
