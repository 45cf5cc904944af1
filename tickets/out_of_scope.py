"""Closing a ticket that the plan does not cover, with an answer that says so (spec pages 2.5, 2.7, 4.3, 4.5).

The answer is a public reply of a person like any other: it meets or, late, breaches what is owed. The ticket is
closed at once; within 14 days a message or reopening of the customer revives it, and then it is in scope again
until somebody decides anew. Its quota unit stays used: only what page 4.2 lists gives one back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from common.beijing import date_of
from common.problems import FieldErrors
from supportplans import versions
from supportplans.catalogue import Catalogue, Named
from tickets import access, attachments, conversation, history, status_changes
from tickets.filing_fields import check_body
from tickets.models import Channel, Status, Ticket

EVENT = "closed_out_of_scope"
# Answers about other third-party software say where help is found instead (page 2.5).
ABOUT_OTHER_SOFTWARE = ("unlisted_third_party", "third_party_operations")


@dataclass(frozen=True)
class Place:
    """Where help is found that support plans do not give."""

    url: str
    label: str | Promise


def close_out_of_scope(
    *,
    ticket: Ticket,
    reason: str,
    body: str,
    by: Person,
    at: datetime,
    channel: str = Channel.PORTAL,
    files: Sequence[UploadedFile] = (),
) -> Ticket:
    """Answer with `body` and close for `reason`, a code of the catalogue's out-of-scope reasons.

    Raises FieldErrors, AttachmentRejected, or TicketNotOpen for a ticket that is finished.
    """
    chosen = _checked(reason, body, versions.current(date_of(at)))
    attachments.check(files)
    ticket = access.locked(ticket)
    status_changes.require_active(ticket)
    conversation.staff_reply(ticket=ticket, by=by, body=body, at=at, channel=channel, files=files)
    ticket = access.locked(ticket)
    ticket.closed_at = at
    ticket.out_of_scope_reason = chosen.code
    entries = status_changes.change(ticket, Status.CLOSED, at=at, by=by, event=EVENT, reason=chosen.code)
    ticket.save(update_fields=status_changes.FIELDS)
    history.write(*entries)
    status_changes.announce(
        ticket,
        "ticket.updated",
        key=f"event:{entries[0].pk}",
        change="out_of_scope",
        reason=chosen.code,
        reason_name={"en": chosen.name.en, "zh": chosen.name.zh},
    )
    return ticket


def _checked(reason: str, body: str, catalogue: Catalogue) -> Named:
    errors: dict[str, list[str]] = {}
    chosen = next((one for one in catalogue.out_of_scope_reasons if one.code == reason), None)
    if chosen is None:
        codes = ", ".join(one.code for one in catalogue.out_of_scope_reasons)
        errors["reason"] = [_("Choose one of the reasons: %(codes)s.") % {"codes": codes}]
    try:
        check_body(body)
    except FieldErrors as wrong:
        errors |= wrong.errors
    if errors or chosen is None:
        raise FieldErrors(errors)
    return chosen


def reason_name(code: str, catalogue: Catalogue, language: str) -> str:
    """The reason in words; its code where the catalogue has it no more."""
    found = next((one.name for one in catalogue.out_of_scope_reasons if one.code == code), None)
    return found.in_language(language) if found else code


def places_to_ask(reason: str) -> list[Place]:
    """Where a customer finds help with other third-party software; [] for any other reason."""
    if reason not in ABOUT_OTHER_SOFTWARE:
        return []
    labels = (
        ("vendor", gettext_lazy("The software's vendor")),
        ("community", gettext_lazy("Its community")),
        ("marketplace", gettext_lazy("Our marketplace")),
        ("forum", gettext_lazy("Our forum")),
    )
    return [Place(settings.OTHER_SOFTWARE_HELP[name], label) for name, label in labels]
