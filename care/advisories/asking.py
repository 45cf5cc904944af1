"""A question about an advisory is a ticket that is linked to it (spec page 6.1).

It is filed by the rule of tickets with all its refusals; what is not said is taken from the advisory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Organization, Person
from care.advisories.audience import NOT_REGIONAL
from care.advisories.languages import in_language
from care.models import Advisory, AdvisoryReceipt, AdvisoryTicket
from common import audit
from supportplans.entitlements import entitlements
from tickets.filing import file_ticket
from tickets.filing_fields import LONGEST_SUBJECT, Draft
from tickets.models import Kind, Ticket

# A question, not a fault: whoever has a fault says how severe it is.
LEAST_SEVERE = "guidance"


def proposed(advisory: Advisory, organization: Organization, *, at: datetime, body: str = "") -> Draft:
    """What the form begins with, and what the API takes for fields that are not sent.

    Technical where the plan answers technical tickets, else business; the advisory's product and region where it names
    exactly one that the plan serves.
    """
    held = entitlements(organization, at)
    subject = f"{advisory.number}: {in_language(advisory, 'title')}"
    served = [region for region in advisory.regions if region not in held.excluded_regions]
    return Draft(
        kind=Kind.TECHNICAL if held.technical_included else Kind.BUSINESS,
        severity=LEAST_SEVERE,
        subject=subject[:LONGEST_SUBJECT],
        body=body,
        region=served[0] if len(advisory.regions) == 1 and served else NOT_REGIONAL,
        product=advisory.products[0] if len(advisory.products) == 1 else "",
    )


def ask(
    *,
    receipt: AdvisoryReceipt,
    by: Person,
    at: datetime,
    channel: str,
    fields: dict[str, object],
    attachments: Sequence[UploadedFile] = (),
) -> Ticket:
    """File the ticket and link it; `fields` are those of a ticket's draft that were said, `body` among them.

    Raises FieldErrors, AttachmentRejected and the refusals of page 4.1; nothing is stored then. In the tenant's scope.
    """
    advisory, organization = receipt.advisory, receipt.organization
    draft = replace(proposed(advisory, organization, at=at), **fields, attachments=attachments)  # type: ignore[arg-type]
    ticket = file_ticket(organization=organization, by=by, draft=draft, channel=channel, at=at)
    AdvisoryTicket.objects.create(advisory=advisory, organization=organization, ticket=ticket)
    audit.record(
        by=by,
        organization_id=organization.pk,
        action="advisory.asked",
        object=advisory.number,
        after={"ticket": ticket.number},
    )
    return ticket
