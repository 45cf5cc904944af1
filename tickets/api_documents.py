"""Tickets as the API writes them: the fields of spec page 7, from rows that access.py and queue.py give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import Person
from common.api import api_time
from tickets import access, surroundings
from tickets.addresses import absolute, desk_path, ticket_path
from tickets.desk import callbacks
from tickets.links import Linked
from tickets.models import Attachment, Message, ResponseTimer, Ticket, TicketEvent
from tickets.queue_order import is_event_rank
from tickets.surroundings import Secret
from tickets.timers import shown_state


@dataclass(frozen=True)
class Reader:
    """For whom it is written: the staff also see notes, colleagues' e-mails and the desk's addresses."""

    is_staff: bool

    def page_of(self, ticket: Ticket) -> str:
        path = desk_path(ticket.number) if self.is_staff else ticket_path(ticket.organization.slug, ticket.number)
        return absolute(path)

    def file_of(self, ticket: Ticket, attachment: Attachment) -> str:
        if self.is_staff:
            path = reverse("api-desk-ticket-attachment", args=[ticket.number, attachment.key])
        else:
            path = reverse("api-ticket-attachment", args=[ticket.organization.slug, ticket.number, attachment.key])
        return absolute(path)

    def person(self, person: Person | None) -> dict[str, str] | None:
        if person is None:
            return None
        return {"name": person.display_name()} | ({"email": person.email} if self.is_staff else {})


CUSTOMER, STAFF = Reader(is_staff=False), Reader(is_staff=True)


def ticket_document(ticket: Ticket, reader: Reader, *, at: datetime) -> dict[str, Any]:
    """A ticket without its conversation; the row brings organization and people along."""
    end_customer = ticket.end_customer
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "severity": ticket.severity,
        "status": ticket.status,
        "subject": ticket.subject,
        "product": ticket.product or None,
        "category": ticket.category or None,
        "region": ticket.region or None,
        "software": ticket.software or None,
        "software_version": ticket.software_version or None,
        "end_customer": end_customer
        and {"id": end_customer.pk, "name": end_customer.name, "reference": end_customer.reference},
        "tried": ticket.tried or None,
        "tier": ticket.tier,
        "channel": ticket.channel,
        "booking": ticket.booking_id,
        "reporter": reader.person(ticket.reporter),
        "assignee": reader.person(ticket.assignee),
        "created_at": api_time(ticket.created_at),
        "response_due_at": api_time(ticket.response_due_at),
        "response_state": _state(ticket, at),
        "first_reply_at": api_time(ticket.first_reply_at),
        "resolved_at": api_time(ticket.resolved_at),
        "closed_at": api_time(ticket.closed_at),
        "out_of_scope_reason": ticket.out_of_scope_reason or None,
        "satisfaction": rating_document(ticket),
        "url": reader.page_of(ticket),
    }


def rating_document(ticket: Ticket) -> dict[str, Any] | None:
    """How content the customer is; `rated_at` is when it was first said. None while nothing was."""
    if ticket.rated_at is None:
        return None
    return {
        "score": ticket.satisfaction,
        "comment": ticket.satisfaction_comment,
        "rated_at": api_time(ticket.rated_at),
    }


def queue_row(ticket: Ticket, *, at: datetime, callback: dict[str, Any] | None = None) -> dict[str, Any]:
    """A ticket as the desk lists it; `seconds_left` is negative once overdue, null when no answer is owed.

    `callback` is its open request to be called back: phone, when, requested_at as ISO text.
    """
    owes = ticket.is_active and ticket.response_due_at == ticket.sort_due
    left = math.floor((ticket.sort_due - at).total_seconds()) if owes else None
    return ticket_document(ticket, STAFF, at=at) | {
        "organization": ticket.organization.slug,
        "organization_name": ticket.organization.name,
        "tags": ticket.tags,
        "resolution_priority": ticket.resolution_priority,
        "handler_level": ticket.handler_level,
        "seconds_left": left,
        "callback": _callback(callback),
        "event_booking": ticket.booking_id if is_event_rank(ticket.queue_rank) else None,
    }


def ticket_detail(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """A ticket with its conversation, timers and history, as its organization sees it."""
    callback = callbacks.facts(ticket) if ticket.callback_wanted else None
    said = ticket_document(ticket, CUSTOMER, at=at) | {"callback": _callback(callback)}
    return said | _parts(ticket, CUSTOMER, at)


def desk_detail(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """The same for the staff, with internal notes and what the queue shows."""
    callback = callbacks.facts(ticket) if ticket.callback_wanted else None
    return queue_row(ticket, at=at, callback=callback) | _parts(ticket, STAFF, at)


def _callback(facts: dict[str, Any] | None) -> dict[str, Any] | None:
    return facts and facts | {"requested_at": api_time(datetime.fromisoformat(facts["requested_at"]))}


def _parts(ticket: Ticket, reader: Reader, at: datetime) -> dict[str, Any]:
    messages = access.messages_of(ticket, internal=reader.is_staff)
    near = surroundings.around(ticket)
    return {
        "body": messages[0].body if messages else "",
        "watchers": [watcher.email for watcher in near.watchers],
        "answers": ticket.answers,
        "secrets": [secret_document(secret) for secret in near.secrets],
        "follow_up_of": near.follows[0].number if near.follows else None,
        "followed_up_by": [other.number for other in near.followed_by],
        "merged_into": ticket.merged_into.number if ticket.merged_into else None,
        "links": [link_document(one) for one in near.links],
        "messages": [message_document(message, ticket, reader) for message in messages],
        "timers": [timer_document(timer, at=at) for timer in access.timers_of(ticket)],
        "history": [history_row(entry) for entry in access.history_of(ticket, internal=reader.is_staff)],
    }


def link_document(other: Linked) -> dict[str, Any]:
    """A ticket at the other end of a link; `kind` is what it is to the ticket that shows it."""
    return {"kind": str(other.kind), "number": other.number, "subject": other.subject, "status": other.status}


def secret_document(secret: Secret) -> dict[str, Any]:
    """A secret field without its value, which only `reveal` tells."""
    return {
        "id": secret.id,
        "label": secret.label,
        "given_by": secret.given_by,
        "given_at": api_time(secret.given_at),
        "deleted_at": api_time(secret.deleted_at),
    }


def message_document(message: Message, ticket: Ticket, reader: Reader) -> dict[str, Any]:
    """A message of access.messages_of or access.message_with_files."""
    name = message.author.display_name() if message.author else ""
    files: Sequence[Attachment] = message.files  # type: ignore[attr-defined]
    return {
        "id": message.pk,
        "author": {"name": name, "side": message.side},
        "body": message.body,
        "body_html": message.body_html,
        "public": message.public,
        "channel": message.channel,
        "at": api_time(message.at),
        "attachments": [
            {
                "id": file.key,
                "name": file.name,
                "size": file.size,
                "content_type": file.content_type,
                "url": reader.file_of(ticket, file),
            }
            for file in files
        ],
    }


def timer_document(timer: ResponseTimer, *, at: datetime) -> dict[str, Any]:
    """A response timer; a running one past its due time is shown in breach at its due time."""
    state = shown_state(timer.state, timer.due_at, at=at)
    breached_at = timer.breached_at or (timer.due_at if state == ResponseTimer.State.BREACHED else None)
    return {
        "kind": timer.kind,
        "started_at": api_time(timer.started_at),
        "target_minutes": timer.target_minutes,
        "target_working_days": timer.target_working_days,
        "due_at": api_time(timer.due_at),
        "answered_at": api_time(timer.answered_at),
        "breached_at": api_time(breached_at),
        "state": state,
    }


def history_row(entry: TicketEvent) -> dict[str, Any]:
    """`by` is null where the portal itself did it; instants among the details are written like all others."""
    details = {
        name: api_time(datetime.fromisoformat(value)) if name.startswith("due_") and value else value
        for name, value in entry.details.items()
    }
    return {
        "at": api_time(entry.at),
        "by": entry.by.display_name() if entry.by else None,
        "event": entry.event,
        "details": details,
    }


def _state(ticket: Ticket, at: datetime) -> str:
    due = ticket.response_due_at
    return shown_state(ticket.response_state, due, at=at) if due else ticket.response_state
