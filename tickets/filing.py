"""Filing a ticket (spec page 4.1): fields, refusals in their order, then everything in one transaction.

The ticket, its opening message, its first timer, the quota unit and the event are stored together or not at
all; the door brings the transaction and the idempotency key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import end_customers
from accounts.models import Organization, Person
from addons import ticket_quota
from addons.event_targets import is_running
from common import live, outbox
from common.problems import OrganizationDisabled
from supportplans.entitlements import Entitlements, entitlements
from tickets import (
    attachments,
    filing_fields,
    following_up,
    history,
    number_series,
    secrets,
    timer_records,
    timers,
    watching,
)
from tickets.filing_fields import Draft, Named
from tickets.message_rendering import rendered
from tickets.models import Message, ResponseTimer, Side, Status, Ticket
from tickets.number_series import Identity
from tickets.refusals import AccountOverdue, NotEntitled, RegionNotServed, SeverityNotOffered
from tickets.search import documents
from tickets.stored_together import store_together


def file_ticket(
    *,
    organization: Organization,
    by: Person,
    draft: Draft,
    channel: str,
    at: datetime,
    reporter: Person | None = None,
    answered: bool = False,
) -> Ticket:
    """File `draft` for `organization`; `channel` is how it came (`portal`, `api`, …). Returns the ticket.

    `reporter` is whose ticket it is when the staff file for somebody; `answered`: the call itself was the first
    answer, so that no timer starts.

    Raises FieldErrors or AttachmentRejected, then the refusals of page 4.1; nothing is stored then. Call it
    inside the organization's tenant scope and transaction.
    """
    draft = draft.stripped()
    held = entitlements(organization, at)
    named = filing_fields.check(draft, organization=organization, held=held)
    attachments.check(draft.attachments)
    refuse(draft, organization=organization, held=held)
    identity = number_series.draw(at=at)
    if draft.is_technical:
        ticket_quota.take(organization=organization, entitlements=held, at=at, ticket_number=identity.number, by=by)
    if named.new_end_customer:
        added = end_customers.add_end_customer(organization=organization, name=named.new_end_customer, by=by)
        named = replace(named, end_customer=added)
    reporter = reporter or by
    ticket = _new_ticket(
        draft, named, identity, organization=organization, by=reporter, channel=channel, held=held, at=at
    )
    timer = None
    if answered:
        _answered_on_the_call(ticket)
    else:
        timer = timer_records.start(ticket, timers.FIRST, held=held, at=at, timer_id=identity.timer_id)
    message = _opening(ticket, identity, draft, reporter)
    _store(ticket, message, timer, by, given=_given(ticket, draft, named, by=by))
    attachments.attach(message, draft.attachments)
    _tell(ticket)
    return ticket


def refuse(draft: Draft, *, organization: Organization, held: Entitlements) -> None:
    """Raises the first refusal of page 4.1 that applies, the quota excepted, which is taken by trying."""
    plans = reverse("supportplans:plans")
    compare = _("Compare plans")
    if organization.is_disabled:
        raise OrganizationDisabled(action_url=settings.CONTACT_SALES_URL, action_label=_("Contact sales"))
    if draft.is_technical and held.suspended:
        invoices = reverse("billing:invoices", args=[organization.slug])
        raise AccountOverdue(action_url=invoices, action_label=_("Pay the invoice"))
    if draft.is_technical and not held.technical_included:
        raise NotEntitled(
            _("Your plan answers business questions only. Choose a plan with technical support to file this."),
            action_url=plans,
            action_label=compare,
        )
    if draft.asks_for_third_party_software and not held.allows(filing_fields.THIRD_PARTY_SOFTWARE):
        raise NotEntitled(
            _("Your plan does not include help with third-party software. The vendor and its community may help."),
            links=settings.OTHER_SOFTWARE_HELP,
            action_url=plans,
            action_label=compare,
        )
    if draft.is_technical and draft.region in held.excluded_regions:
        raise RegionNotServed(action_url=settings.CONTACT_SALES_URL, action_label=_("Contact sales"))
    if not held.offers(draft.severity):
        raise SeverityNotOffered(offered=list(held.severity_codes), action_url=plans, action_label=compare)


def _new_ticket(
    draft: Draft,
    named: Named,
    identity: Identity,
    *,
    organization: Organization,
    by: Person,
    channel: str,
    held: Entitlements,
    at: datetime,
) -> Ticket:
    in_event = named.booking is not None and is_running(named.booking, held.catalogue, at=at)
    return Ticket(
        id=identity.ticket_id,
        number=identity.number,
        organization=organization,
        kind=draft.kind,
        severity=draft.severity,
        status=Status.OPEN,
        subject=draft.subject,
        product=draft.product,
        category=filing_fields.category_of(draft),
        region=draft.region,
        software=draft.software,
        software_version=draft.software_version,
        end_customer=named.end_customer,
        tried=draft.tried,
        answers=named.answers,
        channel=channel,
        reporter=by,
        assignee=None,
        tier=held.tier.code,
        resolution_priority=held.resolution_priority,
        handler_level=held.handler_level,
        created_at=at,
        last_side=Side.CUSTOMER,
        booking_id=named.booking.pk if named.booking else None,
        queue_rank=timer_records.rank_of(held, draft.severity, in_event=in_event),
    )


def _opening(ticket: Ticket, identity: Identity, draft: Draft, by: Person) -> Message:
    return Message(
        id=identity.message_id,
        ticket_id=ticket.pk,
        organization_id=ticket.organization_id,
        author=by,
        side=Side.CUSTOMER,
        body=draft.body,
        body_html=rendered(draft.body),
        public=True,
        channel=ticket.channel,
        at=ticket.created_at,
    )


def _answered_on_the_call(ticket: Ticket) -> None:
    """Nothing is owed: the person who files has answered already (spec page 4.3)."""
    ticket.status = Status.IN_PROGRESS
    ticket.first_reply_at = ticket.created_at
    ticket.last_side = Side.STAFF
    ticket.response_state = timers.MET


def _given(ticket: Ticket, draft: Draft, named: Named, *, by: Person) -> list[models.Model]:
    """What comes with the ticket: history of secrets first, so that it stands beside the other history rows."""
    at = ticket.created_at
    sealed = secrets.rows(ticket, draft.secrets, by=by, at=at)
    follows = [following_up.link(ticket, named.follows, by=by, at=at)] if named.follows else []
    return [*secrets.entries(ticket, sealed, by=by, at=at), *sealed, *watching.rows(ticket, named.watchers), *follows]


def _store(
    ticket: Ticket, message: Message, timer: ResponseTimer | None, by: Person, *, given: list[models.Model]
) -> None:
    details: dict[str, Any] = {"channel": ticket.channel}
    if ticket.reporter_id != by.pk:
        details["for"] = ticket.reporter.display_name()
    entries = [history.entry(ticket, "created", at=ticket.created_at, by=by, details=details)]
    words = documents.document(ticket, [message])
    if timer is None:
        entries.append(history.entry(ticket, "answered_on_call", at=ticket.created_at, by=by))
        store_together(ticket, message, words, *entries, *given)
    else:
        store_together(
            ticket, message, words, timer, *entries, timer_records.started_entry(ticket, timer, by=by), *given
        )


def _tell(ticket: Ticket) -> None:
    facts = {"ticket": ticket.pk, "number": ticket.number, "severity": ticket.severity}
    outbox.emit("ticket.created", organization_id=ticket.organization_id, payload=facts, key=str(ticket.pk))
    live.publish("desk", "queue-changed", number=ticket.number)
    live.publish(f"org:{ticket.organization_id}", "ticket-changed", number=ticket.number)
