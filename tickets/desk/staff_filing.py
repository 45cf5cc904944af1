"""The staff file a ticket for somebody who called or wrote in a chat (spec pages 4.3, 4.5).

Fields, refusals and their order are those of filing itself. The ticket belongs to a person of the organization: the
one that is named, else the owner who has been there longest, because owners read everything. History and audit say
which colleague filed it, and for whom.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import organizations_of
from accounts.models import Organization, Person
from common import audit
from common.problems import FieldErrors
from tickets import handling
from tickets.desk import chat_messages
from tickets.filing import file_ticket
from tickets.filing_fields import Draft
from tickets.models import Channel, Ticket

CHANNELS: tuple[str, ...] = (Channel.PHONE, Channel.IM)


def file_for(
    *,
    organization: str,
    by: Person,
    draft: Draft,
    channel: str,
    at: datetime,
    reporter: str = "",
    answered: bool = False,
    transcript: str = "",
    claim: bool = False,
    channels: tuple[str, ...] = CHANNELS,
) -> Ticket:
    """File `draft` for the organization with the short name or caller code `organization`. Returns the ticket.

    `reporter` is the e-mail of a person of the organization or ''; `answered`: the call itself was the first answer;
    `transcript` is what was said in a chat, kept as read-only messages; `claim` gives the ticket to `by`.
    Raises FieldErrors, then the refusals of page 4.1. Call it in the scope of all tenants.
    """
    errors: dict[str, list[str]] = {}
    wanted = organization.strip()
    found = organizations_of(by).filter(Q(slug=wanted.lower()) | Q(caller_code=wanted)).first() if wanted else None
    if found is None:
        errors["organization"] = [_("There is no organization with this short name or caller code.")]
    if channel not in channels:
        errors["channel"] = [_("Choose one of: %(codes)s.") % {"codes": ", ".join(channels)}]
    someone = _reporter(found, reporter.strip().lower(), errors) if found else None
    turns = chat_messages.read(transcript, at=at, errors=errors)
    if errors or found is None or someone is None:
        raise FieldErrors(errors)
    ticket = file_ticket(
        organization=found, by=by, draft=draft, channel=channel, at=at, reporter=someone, answered=answered
    )
    chat_messages.keep(ticket, turns, by=by, at=at)
    facts = {"for": someone.email, "channel": channel, "answered": answered}
    audit.record(by=by, organization_id=found.pk, action="ticket.filed_for", object=ticket.number, after=facts)
    return handling.claim(ticket=ticket, by=by, at=at) if claim else ticket


def _reporter(organization: Organization, email: str, errors: dict[str, list[str]]) -> Person | None:
    people = Person.objects.filter(memberships__organization=organization, is_active=True)
    if email:
        found = people.filter(email=email).first()
        if found is None:
            errors["reporter"] = [_("Nobody of this organization has this e-mail address.")]
        return found
    longest = people.order_by("memberships__since", "pk")
    found = longest.filter(memberships__role="owner").first() or longest.first()
    if found is None:
        errors["reporter"] = [_("Nobody of this organization has an account: invite somebody first.")]
    return found
