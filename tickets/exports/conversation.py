"""One conversation as a PDF, in the reader's language (spec page 4.5): its facts and its public messages in order.

Internal notes, secret fields and what else only the desk sees are never read for it, whoever asks. A conversation of
hundreds of pages comes in parts, so that none takes more than seconds to set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common import labels, readings
from common.problems import NotFound
from common.typesetting import typeset
from supportplans.catalogue import Catalogue
from supportplans.catalogue_names import name_for_reader
from tickets import speakers
from tickets.customer_ticket import CustomerTicket
from tickets.exports.text_blocks import blocks_of
from tickets.models import Message, Side, Ticket
from tickets.satisfaction import BEST

TEMPLATE = Path(__file__).resolve().parent / "conversation.typ"
# What a part holds: a block counts as one, and so do so many letters. That is 200 pages of usual text.
PART_WEIGHT = 8000
LETTERS_A_BLOCK = 100


def conversation_pdf(reading: CustomerTicket, part: int = 1) -> bytes:
    """The document as a PDF, or this part of it; the same conversation at the same instant gives the same bytes.

    Raises NotFound for a part that it does not have.
    """
    return typeset(TEMPLATE, printed(reading, part), made_at=reading.at)


def printed(reading: CustomerTicket, part: int = 1) -> dict[str, Any]:
    """What conversation.typ prints: texts ready to be read, nothing that it must decide."""
    ticket, organization = reading.ticket, reading.reach.organization
    brand = _(settings.BRAND_NAME)
    parts = _parts([_message(message, organization.name) for message in reading.messages()])
    if not 1 <= part <= len(parts):
        raise NotFound
    notes = [_("As of %(moment)s. All times are Beijing time.") % {"moment": readings.moment(reading.at)}]
    if len(parts) > 1:
        notes.append(
            _("This is part %(part)s of %(parts)s. The others are found by ?part= at the end of this file's address.")
            % {"part": part, "parts": len(parts)}
        )
    return {
        "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "brand": brand,
        "title": f"{ticket.number} {ticket.subject}",
        "kind": pgettext("title of a document", "Conversation"),
        "number": ticket.number,
        "subject": ticket.subject,
        "organization": organization.name,
        "facts": _facts(reading),
        "tried": [_("What you tried"), ticket.tried.splitlines()] if ticket.tried else [],
        "messages": parts[part - 1],
        "notes": [
            *notes,
            _("Attachments are named here; the files themselves are found on the ticket's page in the portal."),
        ],
        "footer": f"{ticket.number} · {organization.name}",
        # Translators: at the foot of a PDF; leave {page} and {pages} as they are.
        "page_pattern": _("Page {page} of {pages}"),
    }


def _parts(messages: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The messages in order, in parts of at most PART_WEIGHT unless one message alone weighs more; at least one."""
    parts: list[list[dict[str, Any]]] = [[]]
    held = 0
    for message in messages:
        weight = len(message["blocks"]) + message.pop("letters") // LETTERS_A_BLOCK
        if parts[-1] and held + weight > PART_WEIGHT:
            parts.append([])
            held = 0
        parts[-1].append(message)
        held += weight
    return parts


def _facts(reading: CustomerTicket) -> list[tuple[str, str]]:
    ticket, catalogue = reading.ticket, reading.catalogue
    language = get_language() or "en"
    filed = f"{readings.moment(ticket.created_at)} · {ticket.reporter.display_name()}"
    tier, category = reading.tier, reading.category
    facts = [
        (_("Status"), str(labels.look(labels.STATUSES, ticket.status).label)),
        (_("Kind"), ticket.get_kind_display()),
        (_("Severity"), name_for_reader(catalogue, "severities", ticket.severity)),
        (_("Plan"), tier.name.in_language(language) if tier else ticket.tier),
        (_("Filed"), filed),
        (_("Worked on by"), ticket.assignee.display_name() if ticket.assignee else ""),
        (_("Product"), name_for_reader(catalogue, "products", ticket.product)),
        (_("Category"), category if isinstance(category, str) else category.in_language(language)),
        (_("Region"), name_for_reader(catalogue, "regions", ticket.region)),
        (_("Software"), _software(ticket, catalogue)),
        (_("End customer"), _end_customer(ticket)),
        (_("First answer"), readings.moment(ticket.first_reply_at) if ticket.first_reply_at else ""),
        (_("Resolved"), readings.moment(ticket.resolved_at) if ticket.resolved_at else ""),
        (_("Closed"), readings.moment(ticket.closed_at) if ticket.closed_at else ""),
        (_("Out of scope because"), reading.out_of_scope_reason),
        (_("Merged into"), ticket.merged_into.number if ticket.merged_into else ""),
        (_("Rating"), _rating(ticket)),
    ]
    facts += [(one.label, readings.moment(one.instant) if one.instant else one.text) for one in reading.answers]
    return [(name, value) for name, value in facts if value]


def _software(ticket: Ticket, catalogue: Catalogue) -> str:
    return f"{name_for_reader(catalogue, 'third_party_software', ticket.software)} {ticket.software_version}".strip()


def _end_customer(ticket: Ticket) -> str:
    found = ticket.end_customer
    return " · ".join(part for part in (found.name, found.reference) if part) if found else ""


def _rating(ticket: Ticket) -> str:
    if ticket.rated_at is None:
        return ""
    given = _("%(score)s of %(best)s") % {"score": ticket.satisfaction, "best": BEST}
    return f"{given}: {ticket.satisfaction_comment}" if ticket.satisfaction_comment else given


def _message(message: Message, organization: str) -> dict[str, Any]:
    sides = {Side.CUSTOMER: organization, Side.STAFF: _("Support")}
    files = message.files  # type: ignore[attr-defined]
    return {
        "author": speakers.name_of(message, organization),
        "side": sides.get(Side(message.side), ""),
        "is_staff": message.side != Side.CUSTOMER,
        "at": readings.moment(message.at),
        "blocks": blocks_of(message.body),
        "letters": len(message.body),
        "files_title": _("Attachments"),
        "files": [f"{file.name} ({filesizeformat(file.size)})" for file in files],
    }
