"""Mail that waits for a person: kept whole, looked at, added to a ticket, filed as a new one, or discarded."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import Person
from common import audit
from common.problems import FieldErrors, NotFound
from tickets import access
from tickets.desk.staff_filing import file_for
from tickets.filing_fields import Draft
from tickets.mail.composing import composed
from tickets.mail.outgoing import part_of
from tickets.mail.reading import LARGEST_BYTES, Letter, Unreadable, read, read_head
from tickets.mail.refusals import MailHandled, SenderTakesNoPart
from tickets.mail.saying import add_message
from tickets.mail.trimming import trimmed
from tickets.models import Channel, Message, ParkedMail, ReceivedMail, Ticket

log = structlog.get_logger(__name__)
EXCERPT = 2000
# Of a mail that is too large: its headers and the beginning of its text.
KEPT_OF_TOO_LARGE = 1024 * 1024
State = ParkedMail.State


def digest_of(content: bytes) -> str:
    """Bytes as 64 letters."""
    return sha256(content).hexdigest()


def park(row: ReceivedMail, raw: bytes) -> ParkedMail:
    """Keep the whole mail for a person to decide; in the transaction that received it."""
    kept = raw if len(raw) <= LARGEST_BYTES else raw[:KEPT_OF_TOO_LARGE]
    parked = ParkedMail(mail=row, stored_as=secrets.token_urlsafe(32), size=len(raw))
    default_storage.save(_stored_name(parked), ContentFile(kept))
    parked.save(force_insert=True)
    return parked


def raw_of(parked: ParkedMail) -> bytes:
    """The mail as it came; NotFound when the storage has lost it."""
    try:
        with default_storage.open(_stored_name(parked)) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise NotFound from error


def forget_file(parked: ParkedMail) -> None:
    """Delete the stored mail; one that is gone already is no fault."""
    default_storage.delete(_stored_name(parked))


def letter_of(parked: ParkedMail) -> Letter:
    """What the mail says, as far as it can be read."""
    raw = raw_of(parked)
    try:
        return read(raw)
    except Unreadable:
        return read_head(raw)


def words_of(letter: Letter) -> str:
    """The sender's own words; all of the text where trimming would leave nothing."""
    return trimmed(letter.text) or letter.text.strip()


def sender_of(parked: ParkedMail) -> Person | None:
    """The person who has the mail's From address: a claim, not a proof."""
    return Person.objects.select_related("staff").filter(email=parked.mail.sender, is_active=True).first()


def attach(*, parked: ParkedMail, number: str, by: Person, at: datetime) -> Message:
    """Add the mail to a ticket as its sender's message; `by` vouches that it is the sender's.

    Only for a customer who takes part in that ticket and may write: nobody joins a ticket by a mail. Raises
    FieldErrors for the number, MailHandled, SenderTakesNoPart, and what a message of the sender may be refused for.
    """
    parked = _locked(parked)
    try:
        ticket = access.any_ticket(number)
    except NotFound as error:
        raise FieldErrors({"number": [_("There is no ticket of this number.")]}) from error
    sender = sender_of(parked)
    if sender is None or sender.staff_role() or part_of(sender, ticket) != "writer":
        raise SenderTakesNoPart
    letter = letter_of(parked)
    message = add_message(ticket=ticket, person=sender, text=words_of(letter), files=letter.files, at=at)
    _close(parked, State.ATTACHED, message.ticket, by=by, at=at)
    return message


def file_as_ticket(
    *, parked: ParkedMail, organization: str, reporter: str, draft: Draft, by: Person, at: datetime
) -> Ticket:
    """File the mail as a new ticket of `organization`: the checks of filing for a caller, the mail's files attached.

    Raises MailHandled, FieldErrors, then the refusals of page 4.1.
    """
    parked = _locked(parked)
    letter = letter_of(parked)
    body, uploads = composed(draft.body.strip(), letter.files)
    ticket = file_for(
        organization=organization,
        by=by,
        draft=replace(draft, body=body, attachments=uploads),
        channel=Channel.EMAIL,
        channels=(Channel.EMAIL,),
        at=at,
        reporter=reporter,
    )
    _close(parked, State.FILED, ticket, by=by, at=at)
    return ticket


def discard(*, parked: ParkedMail, by: Person, at: datetime) -> ParkedMail:
    """Put it aside; it can be taken back. Raises MailHandled."""
    return _close(_locked(parked), State.DISCARDED, None, by=by, at=at)


def take_back(*, parked: ParkedMail, by: Person, at: datetime) -> ParkedMail:
    """Let a discarded mail wait again; one that waits stays. Raises MailHandled for one that became a message."""
    parked = ParkedMail.objects.select_for_update(of=("self",)).select_related("mail").get(pk=parked.pk)
    if parked.state == State.WAITING:
        return parked
    if parked.state != State.DISCARDED:
        raise MailHandled(state=parked.state)
    parked.state, parked.handled_by, parked.handled_at = State.WAITING, None, None
    parked.save(update_fields=["state", "handled_by", "handled_at"])
    audit.record(by=by, organization_id=None, action="mail.taken_back", object=f"mail:{parked.pk}")
    return parked


def _locked(parked: ParkedMail) -> ParkedMail:
    row = ParkedMail.objects.select_for_update(of=("self",)).select_related("mail").get(pk=parked.pk)
    if row.state != State.WAITING:
        raise MailHandled(state=row.state)
    return row


def _close(parked: ParkedMail, state: str, ticket: Ticket | None, *, by: Person, at: datetime) -> ParkedMail:
    parked.state, parked.handled_by, parked.handled_at = state, by, at
    parked.save(update_fields=["state", "handled_by", "handled_at"])
    if ticket is not None:
        parked.mail.ticket_number = ticket.number
        parked.mail.save(update_fields=["ticket_number"])
    audit.record(
        by=by,
        organization_id=ticket.organization_id if ticket else None,
        action=f"mail.{state}",
        object=ticket.number if ticket else f"mail:{parked.pk}",
        after={"mail": parked.pk, "sender": parked.mail.sender},
    )
    return parked


def _stored_name(parked: ParkedMail) -> str:
    return f"mail/{parked.stored_as}"
