"""Splitting: messages about another matter move into a ticket of their own (spec page 4.5).

The clock is nobody's loss. When a message that still waits for its answer moves, the new ticket owes a first answer,
by its own target or by the due time that was running, whichever is earlier; when none is left waiting here, the old
timer ends as cancelled. Moved messages that were answered owe nothing. Staff decided it, so no quota unit is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from common.problems import FieldErrors
from supportplans.entitlements import Entitlements, entitlements
from tickets import access, due_moves, history, number_series, owed_answers, status_changes, timer_records, timers
from tickets.filing_fields import LONGEST_SUBJECT
from tickets.merging import HANDED_OVER
from tickets.models import (
    Attachment,
    Message,
    ResponseTimer,
    Side,
    Status,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketWatcher,
)
from tickets.search import documents
from tickets.stored_together import store_together

SPLIT_OFF = "split_off"
_COPIED = (
    "kind", "severity", "product", "category", "region", "software", "software_version", "channel", "booking_id",
    "tier", "resolution_priority", "handler_level", "organization_id", "end_customer_id", "assignee_id",
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Messages that move and that stay; `waiting` are the customer's since the last public answer, moving or not."""

    moved: list[Message]
    stay: list[Message]
    waiting: set[int]

    @property
    def moves_waiting(self) -> bool:
        return any(message.pk in self.waiting for message in self.moved)

    @property
    def leaves_waiting(self) -> bool:
        return any(message.pk in self.waiting for message in self.stay)


def split(*, ticket: Ticket, messages: Sequence[int], subject: str, by: Person, at: datetime) -> Ticket:
    """Move the messages (ids) into a new ticket with `subject`, a child of this one; returns the new ticket.

    The opening message stays. Raises FieldErrors, TicketNotOpen.
    """
    subject = " ".join(subject.split())
    held = entitlements(ticket.organization, at)
    organization = ticket.organization
    ticket = access.locked(ticket)
    parts = _parts(ticket, messages, subject)
    status_changes.require_active(ticket)
    owed = owed_answers.settled(ticket, at=at)
    due = owed.due_at if owed is not None and parts.moves_waiting else None
    new, rows = _new_ticket(ticket, parts, subject, held, due=due, by=by, at=at)
    new.organization = organization
    _move(parts, new)
    documents.rebuild([ticket.pk, new.pk])
    if owed is not None and parts.moves_waiting and not parts.leaves_waiting:
        rows += owed_answers.cancelled(ticket, at=at, by=by)
    ticket.last_side = next((message.side for message in reversed(parts.stay) if message.public), ticket.last_side)
    split_off = history.entry(
        ticket, SPLIT_OFF, at=at, by=by, details={"number": new.number, "messages": len(parts.moved)}
    )
    ticket.save(update_fields=status_changes.FIELDS)
    history.write(split_off, *rows)
    status_changes.announce(ticket, "ticket.updated", key=f"event:{split_off.pk}", change=SPLIT_OFF, by=by.pk)
    status_changes.announce(new, "ticket.created", key=str(new.pk), severity=new.severity, split_from=ticket.number)
    return new


def _parts(ticket: Ticket, wanted: Sequence[int], subject: str) -> Parts:
    errors: dict[str, list[str]] = {}
    if not subject:
        errors["subject"] = [_("Fill this in.")]
    elif len(subject) > LONGEST_SUBJECT:
        errors["subject"] = [_("Use at most %(longest)s characters.") % {"longest": LONGEST_SUBJECT}]
    known = list(Message.objects.filter(ticket=ticket).order_by("id"))
    chosen = set(wanted)
    if not chosen:
        errors["messages"] = [_("Choose the messages that move.")]
    elif not chosen <= {message.pk for message in known}:
        errors["messages"] = [_("These are not all messages of this ticket.")]
    elif known[0].pk in chosen:
        errors["messages"] = [_("The message that opened the ticket stays with it.")]
    elif not any(message.pk in chosen and message.public for message in known):
        errors["messages"] = [_("Choose at least one message that the customer sees.")]
    if errors:
        raise FieldErrors(errors)
    waiting: set[int] = set()
    for message in known:
        if message.public and message.side == Side.STAFF:
            waiting = set()
        elif message.public and message.side == Side.CUSTOMER:
            waiting.add(message.pk)
    moved = [message for message in known if message.pk in chosen]
    return Parts(moved, [message for message in known if message.pk not in chosen], waiting)


def _new_ticket(
    source: Ticket, parts: Parts, subject: str, held: Entitlements, *, due: datetime | None, by: Person, at: datetime
) -> tuple[Ticket, list[TicketEvent]]:
    identity = number_series.draw(at=at)
    asker = next((one.author_id for one in parts.moved if one.side == Side.CUSTOMER), None)
    new = Ticket(
        id=identity.ticket_id,
        number=identity.number,
        subject=subject,
        reporter_id=asker or source.reporter_id,
        created_at=at,
        status=Status.IN_PROGRESS if source.assignee_id or due is None else Status.OPEN,
        last_side=Side.STAFF if due is None else Side.CUSTOMER,
        first_reply_at=at if due is None else None,
        response_state=timers.MET,
        **{name: getattr(source, name) for name in _COPIED},
    )
    in_event = timer_records.is_in_event(new, held=held, at=at)
    new.queue_rank = timer_records.rank_of(held, new.severity, priority=new.resolution_priority, in_event=in_event)
    timer = None
    if due is not None:
        timer = timer_records.start(new, timers.FIRST, held=held, at=at, timer_id=identity.timer_id)
    details = {"channel": new.channel, "split_from": source.number}
    rows = [history.entry(new, "created", at=at, by=by, details=details)]
    if timer is not None:
        rows.append(timer_records.started_entry(new, timer, by=by))
    link = TicketLink(
        ticket=new, other=source, organization_id=new.organization_id, kind=TicketLink.Kind.CHILD, by=by, at=at
    )
    store_together(new, *([timer] if timer else []), link)
    _copy_watchers(source, new)
    if timer is not None and due is not None and due < timer.due_at:
        rows.append(_hand_over(source, new, timer, due, by=by, at=at))
    return new, rows


def _hand_over(
    source: Ticket, new: Ticket, timer: ResponseTimer, due: datetime, *, by: Person, at: datetime
) -> TicketEvent:
    before = timer.due_at
    due_moves.arm(new, timer, due)
    new.save(update_fields=timer_records.TICKET_FIELDS)
    return due_moves.entry(new, timer, HANDED_OVER, before=before, at=at, by=by, **{"from": source.number})


def _copy_watchers(source: Ticket, new: Ticket) -> None:
    watching = set(TicketWatcher.objects.filter(ticket=source).values_list("person_id", flat=True))
    people = sorted((watching | {source.reporter_id}) - {new.reporter_id})
    TicketWatcher.objects.bulk_create(
        TicketWatcher(ticket=new, organization_id=new.organization_id, person_id=person) for person in people
    )


def _move(parts: Parts, new: Ticket) -> None:
    moved = [message.pk for message in parts.moved]
    Message.objects.filter(pk__in=moved).update(ticket=new)
    Attachment.objects.filter(message_id__in=moved).update(ticket=new)
    documents.rebuild([new.pk, parts.moved[0].ticket_id])
