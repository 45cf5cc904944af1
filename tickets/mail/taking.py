"""A mail comes in: it becomes a message, is parked for a person, or is ignored, once (spec page 4.6).

One transaction holds the whole of it: whoever dies in the middle has done nothing, and the mail server tries again.
The same mail at the same time waits for its twin and finds it taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.utils import translation

from accounts.models import Person
from common import outbox, tenancy
from common.beijing import date_of
from common.problems import Problem
from notifications.mail import language_for
from tickets.mail import addressing, inbound, parking, reasons
from tickets.mail.inbound import Judgement, Named
from tickets.mail.outgoing import part_of
from tickets.mail.reactions import REFUSED_TOPIC
from tickets.mail.reading import Letter, Unreadable, read, read_head
from tickets.mail.saying import add_message
from tickets.models import Channel, Message, ReceivedMail, Ticket
from tickets.refusals import FollowUpNeeded, TicketNotOpen

log = structlog.get_logger(__name__)
Outcome = ReceivedMail.Outcome
# More than a person writes: a program that does not say so.
MOST_AN_HOUR = 20


@dataclass(frozen=True)
class _Reached:
    """Where a mail was sent: `token` as it stood, and whom it names if it is rightly signed."""

    was_addressed: bool
    token: str = ""
    ticket: Ticket | None = None
    person: Person | None = None


def receive(*, raw: bytes, at: datetime, envelope: str = "") -> ReceivedMail:
    """Take one mail; returns what became of it, of a mail that came before what became of it then.

    `envelope` is the address the mail server delivered to, where it tells. Raises only what another try may cure:
    a database or a storage that cannot be reached.
    """
    try:
        letter, problem = read(raw), ""
    except Unreadable as error:
        letter, problem = read_head(raw), error.reason
    with tenancy.everything():
        reached = _reached(letter, envelope)
        row, is_new = _row(letter, raw, reached, problem=problem, at=at)
        if not is_new:
            return row
        judgement = Judgement("parked", problem) if problem else _judged(letter, reached, at=at)
        if row.reason == reasons.REPEATED_NAME:
            judgement = Judgement("parked", reasons.REPEATED_NAME)
        if judgement.outcome == "taken":
            judgement = _say(letter, judgement, reached, row, at=at)
        _finish(row, letter, judgement, raw)
    log.info("mail.received", mail=row.pk, outcome=row.outcome, reason=row.reason, ticket=row.ticket_number)
    return row


def own_addresses() -> tuple[str, ...]:
    """The addresses that the portal writes from and is written to, in small letters."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return tuple(address.lower() for address in (sender, settings.REPLY_ADDRESS) if address)


def _reached(letter: Letter, envelope: str) -> _Reached:
    if not settings.REPLY_ADDRESS:
        return _Reached(was_addressed=False)
    key = addressing.key_of(settings.SECRET_KEY)
    tokens = addressing.tokens_in(inbound.addresses_in(letter, envelope), settings.REPLY_ADDRESS)[:10]
    opened = [(token, named) for token in tokens if (named := addressing.opened(token, key)) is not None]
    found: list[_Reached] = []
    for token, (ticket_id, person_id) in opened:
        ticket = Ticket.objects.select_related("organization").filter(pk=ticket_id).first()
        person = Person.objects.select_related("staff").filter(pk=person_id).first()
        if ticket is not None and person is not None:
            found.append(_Reached(was_addressed=True, token=token, ticket=ticket, person=person))
    own = (reached for reached in found if reached.person and reached.person.email.lower() == letter.sender)
    return next(own, None) or (found[0] if found else _Reached(was_addressed=bool(tokens)))


def _row(letter: Letter, raw: bytes, reached: _Reached, *, problem: str, at: datetime) -> tuple[ReceivedMail, bool]:
    """The mail's row, and whether this is the first time that it comes.

    The same name with other words is no repetition: it is kept apart, for a person to look at.
    """
    digest = letter.digest if not problem else parking.digest_of(raw)
    key = letter.identity(f"{reached.token}|{problem and digest}")
    row, is_new = _inserted(letter, reached, key=key, at=at)
    if is_new or row.digest == digest:
        if is_new:
            row.digest = digest
        return row, is_new
    row, is_new = _inserted(letter, reached, key=parking.digest_of(f"{key}|{digest}".encode()), at=at)
    row.digest, row.reason = digest, row.reason or reasons.REPEATED_NAME
    return row, is_new


def _inserted(letter: Letter, reached: _Reached, *, key: str, at: datetime) -> tuple[ReceivedMail, bool]:
    suggested = reached.ticket.number if reached.ticket else _number_in(letter)
    return ReceivedMail.objects.get_or_create(
        key=key,
        defaults={
            "message_id": letter.message_id,
            "sender": letter.sender[:320],
            "sender_name": letter.sender_name,
            "subject": letter.subject[:300],
            "outcome": Outcome.IGNORED,
            "ticket_number": suggested[:20],
            "at": at,
        },
    )


def _number_in(letter: Letter) -> str:
    """The ticket that a mail seems to be about: a hint for people, nothing that opens anything."""
    references = [value for name in ("in-reply-to", "references") for value in letter.headers.get(name, ())]
    return next(filter(None, (addressing.number_in(text[:2000]) for text in (*references, letter.subject))), "")


def _judged(letter: Letter, reached: _Reached, *, at: datetime) -> Judgement:
    named = None
    if reached.ticket is not None and reached.person is not None:
        named = Named(reached.person.email, part_of(reached.person, reached.ticket))
    judgement = inbound.judge(
        letter,
        own_addresses=own_addresses(),
        was_addressed=reached.was_addressed,
        named=named,
        authentication=inbound.verdict_of(letter, settings.MAIL_AUTHSERV_ID),
    )
    if judgement.outcome == "taken" and _writes_too_much(reached, at=at):
        return Judgement("parked", reasons.TOO_MANY)
    return judgement


def _writes_too_much(reached: _Reached, *, at: datetime) -> bool:
    lately = Message.objects.filter(
        ticket=reached.ticket, author=reached.person, channel=Channel.EMAIL, at__gt=at - timedelta(hours=1)
    )
    return lately.count() >= MOST_AN_HOUR


def _say(letter: Letter, judgement: Judgement, reached: _Reached, row: ReceivedMail, *, at: datetime) -> Judgement:
    """Put the words on the ticket; what becomes of them when the ticket takes no more."""
    ticket, person = reached.ticket, reached.person
    assert ticket is not None
    assert person is not None
    with translation.override(language_for(person, ticket.organization)):
        try:
            message = add_message(ticket=ticket, person=person, text=judgement.text, files=judgement.files, at=at)
        except (FollowUpNeeded, TicketNotOpen) as refusal:
            if person.staff_role():
                return Judgement("parked", reasons.REFUSED)
            _answer(ticket, person, refusal, letter, at=at)
            return Judgement("ignored", reasons.FINISHED, text=judgement.text)
        except Problem as refusal:
            log.info("mail.refused", mail=row.pk, code=refusal.code)
            if refusal.status >= 500:
                raise
            return Judgement("parked", reasons.REFUSED)
    row.ticket_number = message.ticket.number
    return judgement


def _answer(ticket: Ticket, person: Person, refusal: Problem, letter: Letter, *, at: datetime) -> None:
    """At most one answer a day about one ticket: no loop can grow from it."""
    outbox.emit(
        REFUSED_TOPIC,
        organization_id=ticket.organization_id,
        payload={
            "ticket": ticket.pk,
            "person": person.pk,
            "reason": str(refusal.detail),
            "answers": letter.message_id,
        },
        key=f"{ticket.pk}:{person.pk}:{date_of(at).isoformat()}",
    )


def _finish(row: ReceivedMail, letter: Letter, judgement: Judgement, raw: bytes) -> None:
    is_answered = judgement.reason == reasons.FINISHED
    row.outcome = Outcome.ANSWERED if is_answered else Outcome(judgement.outcome)
    row.reason = judgement.reason
    # The words of a message are the tenant's, and stand in the ticket alone.
    row.excerpt = "" if judgement.outcome == "taken" else (judgement.text or letter.text)[: parking.EXCERPT]
    row.save(update_fields=["outcome", "reason", "excerpt", "ticket_number", "digest"])
    if row.outcome == Outcome.PARKED:
        parking.park(row, raw)
