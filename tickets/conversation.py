"""The conversation of a ticket: the customer's messages, the staff's replies and internal notes (spec 4.3, 4.5).

What each does to timers and status:
- a customer message starts a `next` timer when no answer is owed; while one is owed it moves nothing. It takes
  a waiting ticket back to work and revives a finished one within 14 days;
- a public reply of a person of the staff answers what is owed; `then` may wait for the customer or resolve;
- a note is seen by the staff alone and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from common import live
from common.problems import FieldErrors, OrganizationDisabled
from tickets import access, attachments, history, owed_answers, status_changes, timer_records
from tickets.filing_fields import check_body
from tickets.message_rendering import rendered
from tickets.models import Channel, Message, Side, Status, Ticket, TicketEvent
from tickets.refusals import TicketNotOpen
from tickets.search import documents

WAIT, RESOLVE = "wait", "resolve"


def customer_message(
    *,
    ticket: Ticket,
    organization: Organization,
    by: Person,
    body: str,
    at: datetime,
    channel: str = Channel.PORTAL,
    files: Sequence[UploadedFile] = (),
) -> Message:
    """Add a message of the organization's person; returns it. On a merged ticket it is said where that went.

    Raises FieldErrors, AttachmentRejected, OrganizationDisabled, TicketNotOpen, or FollowUpNeeded when the
    ticket was finished more than 14 days ago.
    """
    body = check_body(body)
    attachments.check(files)
    if organization.is_disabled:
        raise OrganizationDisabled
    ticket = access.locked_where_it_goes_on(ticket)
    entries = status_changes.revive(ticket, at=at, by=by)
    message = _new_message(ticket, by, Side.CUSTOMER, body, at, channel=channel)
    entries += status_changes.customer_spoke(ticket, at=at, by=by)
    ticket.last_side = Side.CUSTOMER
    entries += timer_records.start_next(ticket, organization, at=at, by=by)
    _store(ticket, message, entries, files)
    status_changes.announce(ticket, "ticket.updated", key=f"message:{message.pk}", message=message.pk)
    return message


def staff_reply(
    *,
    ticket: Ticket,
    by: Person,
    body: str,
    at: datetime,
    then: str | None = None,
    channel: str = Channel.PORTAL,
    files: Sequence[UploadedFile] = (),
) -> Message:
    """Answer in public; `then` is None, "wait" (for the customer) or "resolve". Returns the message.

    Raises FieldErrors, AttachmentRejected, or TicketNotOpen for a ticket that is closed, withdrawn or merged.
    """
    body = check_body(body)
    if then not in (None, "", WAIT, RESOLVE):
        raise FieldErrors({"then": [_("Use null, wait or resolve.")]})
    attachments.check(files)
    ticket = access.locked(ticket)
    if not ticket.is_active and (ticket.status != Status.RESOLVED or then == WAIT):
        raise TicketNotOpen(ticket_status=ticket.status)
    message = _new_message(ticket, by, Side.STAFF, body, at, channel=channel)
    entries: list[TicketEvent] = []
    timer = timer_records.owed(ticket)
    if timer is not None:
        entries.append(owed_answers.answered(ticket, timer, at=at, by=by))
    if ticket.first_reply_at is None:
        ticket.first_reply_at = at
    ticket.last_side = Side.STAFF
    entries += status_changes.staff_spoke(ticket, at=at, by=by)
    if then == WAIT:
        entries += status_changes.wait_for_customer(ticket, at=at, by=by)
    elif then == RESOLVE:
        entries += status_changes.resolve(ticket, at=at, by=by)
    _store(ticket, message, entries, files)
    status_changes.announce(ticket, "ticket.replied", key=f"message:{message.pk}", message=message.pk)
    if then == RESOLVE:
        status_changes.announce(ticket, "ticket.resolved", key=f"message:{message.pk}")
    return message


def note(*, ticket: Ticket, by: Person, body: str, at: datetime, files: Sequence[UploadedFile] = ()) -> Message:
    """Write an internal note: no timer, no status, nobody outside the staff. Returns it."""
    body = check_body(body)
    attachments.check(files)
    message = _new_message(ticket, by, Side.STAFF, body, at, channel=Channel.PORTAL, public=False)
    message.save(force_insert=True)
    documents.add_message(message)
    attachments.attach(message, files)
    # Only to the desk's pages of this ticket: the customer's do not even learn that there is a note.
    live.publish(f"desk-ticket:{ticket.pk}", "ticket-changed", number=ticket.number)
    return message


def _new_message(
    ticket: Ticket, by: Person, side: str, body: str, at: datetime, *, channel: str, public: bool = True
) -> Message:
    return Message(
        ticket=ticket,
        organization_id=ticket.organization_id,
        author=by,
        side=side,
        body=body,
        body_html=rendered(body),
        public=public,
        channel=channel,
        at=at,
    )


def _store(ticket: Ticket, message: Message, entries: list[TicketEvent], files: Sequence[UploadedFile]) -> None:
    ticket.save(update_fields=status_changes.FIELDS)
    message.save(force_insert=True)
    documents.add_message(message)
    history.write(*entries)
    attachments.attach(message, files)
