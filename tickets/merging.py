"""Merging: one conversation goes on in another ticket of the same organization (spec pages 4.2, 4.3).

The earlier due time is handed to the target, the source's timer ends as `merged` (after its due time with the breach
recorded), its quota unit goes back, and what the customer writes to it later becomes a message of the target. Both
rows are locked by ascending id, so that A into B and B into A at once cannot wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from addons import ticket_quota
from common.beijing import date_of
from supportplans import versions
from tickets import access, due_moves, history, owed_answers, status_changes, timer_records, timers
from tickets.links import other_ticket
from tickets.models import (
    CallbackRequest,
    ResponseTimer,
    Side,
    Status,
    Ticket,
    TicketEvent,
    TicketWatcher,
)
from tickets.refusals import TicketNotOpen
from tickets.thread_refusals import MergeCycle

MERGED, MERGED_IN, HANDED_OVER = "merged", "merged_in", "timer_handed_over"


def merge(*, ticket: Ticket, into: str, by: Person, at: datetime) -> Ticket:
    """Merge the ticket into the one numbered `into`; returns the merged ticket, which names its target.

    Raises FieldErrors, SameTicket, OtherOrganization, MergeCycle, or TicketNotOpen when the target is finished, or
    the ticket itself closed, withdrawn or merged.
    """
    target = other_ticket(ticket, into, field="into")
    ticket, target = access.locked_together(ticket, target)
    _require_mergeable(ticket, target)
    rows = _hand_over(ticket, target, at=at, by=by)
    _move_what_hangs_on_it(ticket, target)
    returned = ticket_quota.give_back(
        organization=ticket.organization, ticket_number=ticket.number, at=at, reason=MERGED, by=by
    )
    ticket.merged_into, ticket.closed_at = target, at
    merged = status_changes.change(
        ticket, Status.MERGED, at=at, by=by, event=MERGED, into=target.number, quota_returned=returned
    )
    received = history.entry(target, MERGED_IN, at=at, by=by, details={"number": ticket.number})
    ticket.save(update_fields=[*status_changes.FIELDS, "merged_into", "callback_wanted"])
    target.save(update_fields=[*status_changes.FIELDS, "callback_wanted"])
    history.write(*rows, *merged, received)
    status_changes.announce(
        ticket, "ticket.updated", key=f"event:{merged[0].pk}", change=MERGED, into=target.number, by=by.pk
    )
    status_changes.announce(target, "ticket.updated", key=f"event:{received.pk}", change=MERGED_IN, by=by.pk)
    return ticket


def _require_mergeable(ticket: Ticket, target: Ticket) -> None:
    if target.status == Status.MERGED:
        end = target
        while end.merged_into is not None:
            end = end.merged_into
            if end.pk == ticket.pk:
                raise MergeCycle(merged_into=ticket.number)
        raise TicketNotOpen(ticket_status=target.status, merged_into=end.number)
    if not ticket.is_active and ticket.status != Status.RESOLVED:
        raise TicketNotOpen(ticket_status=ticket.status)
    status_changes.require_active(target)


def _hand_over(ticket: Ticket, target: Ticket, *, at: datetime, by: Person) -> list[TicketEvent]:
    """What is owed on the ticket is owed on the target: by the earlier of the two due times."""
    source = owed_answers.settled(ticket, at=at)
    if source is None:
        return []
    due = source.due_at
    running = owed_answers.settled(target, at=at)
    rows = [owed_answers.merged_away(ticket, source, at=at, by=by)]
    if running is None:
        rows.append(_owed_from_now_on(target, source, ticket, at=at, by=by))
        target.last_side = Side.CUSTOMER
        return rows + status_changes.customer_spoke(target, at=at, by=by)
    before = running.due_at
    if due < before and running.breached_at is None:
        due_moves.arm(target, running, due)
        rows.append(
            due_moves.entry(target, running, HANDED_OVER, before=before, at=at, by=by, **{"from": ticket.number})
        )
    return rows


def _owed_from_now_on(
    target: Ticket, source: ResponseTimer, ticket: Ticket, *, at: datetime, by: Person
) -> TicketEvent:
    """The target owed nothing: it gets a timer that began and is due when the source's did."""
    timer = ResponseTimer(
        ticket=target,
        organization_id=target.organization_id,
        kind=timers.NEXT,
        tier=source.tier,
        severity=source.severity,
        started_at=source.started_at,
        target_minutes=source.target_minutes,
        target_working_days=source.target_working_days,
        due_at=source.due_at,
        excluded=source.excluded,
    )
    promised = timer_records.target_of(timer)
    timer.next_step = versions.current(date_of(at)).step_percents()[0]
    timer.next_step_at = timers.step_at(timer.next_step, timer.due_at, promised, timer_records.calendar_for(promised))
    timer.save(force_insert=True)
    target.response_due_at = target.sort_due = timer.due_at
    target.response_state, target.at_risk = timers.RUNNING, False
    row = timer_records.started_entry(target, timer, by=by)
    row.at = at
    row.details |= {
        "from": ticket.number,
        "started_at": timer.started_at.isoformat(),
        "excluded": timer.excluded,
    }
    return row


def _move_what_hangs_on_it(ticket: Ticket, target: Ticket) -> None:
    """Who heard of the ticket hears of the target, and an open call-back goes where the work goes on."""
    known = set(TicketWatcher.objects.filter(ticket=target).values_list("person_id", flat=True))
    watching = set(TicketWatcher.objects.filter(ticket=ticket).values_list("person_id", flat=True))
    added = sorted((watching | {ticket.reporter_id}) - known - {target.reporter_id})
    TicketWatcher.objects.bulk_create(
        [TicketWatcher(ticket=target, organization_id=target.organization_id, person_id=person) for person in added],
        ignore_conflicts=True,
    )
    if ticket.callback_wanted and not target.callback_wanted:
        CallbackRequest.objects.filter(ticket=ticket, called_at=None).update(ticket=target)
        ticket.callback_wanted, target.callback_wanted = False, True
